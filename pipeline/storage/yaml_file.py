"""A YAML file of plain values, read strictly: nothing written is dropped or taken for another."""

import math
import re
import reprlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from pipeline.base.errors import ConfigurationError, one_line
from pipeline.base.parts import parts
from pipeline.base.project import not_here

_LARGEST, _MOST, _DEEPEST, _SHOWN = 2**63, 100_000, 20, 80
_MARKERS = ("<<<<<<< ", "||||||| ", ">>>>>>> ")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_PLAIN = (str, bool, int, float, type(None))


class _TwiceError(Exception):
    """Which key is written twice, and near which line."""


class _OnceLoader(yaml.CSafeLoader):
    """A loader that refuses a key written twice, of which YAML's own drops the first."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        found: set[str] = set()
        for key, _value in node.value:
            if (name := str(key.value)) in found:
                raise _TwiceError(f"{_near(key.start_mark)}: {short(name)} is written twice")
            found.add(name)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> Any:
    """Read a document; every key of it is written once.

    Raises
    ------
    ConfigurationError
        When the file is absent, unreadable, half merged by git or not YAML, when a key is written
        twice, or when it merges mappings by ``<<``.
    """
    try:
        text = path.read_text(encoding="utf-8")
        check_merged(text, path)
        _check_events(text, path)
        return _OnceLoader(text).get_single_data()
    except _TwiceError as error:
        raise ConfigurationError(f"{path}{error}; keep one") from None
    except FileNotFoundError:
        raise not_here(path) from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path} is not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}; mend that") from None
    except yaml.YAMLError as error:
        line = _near(getattr(error, "problem_mark", None))
        raise ConfigurationError(
            f"{path}{line} is not valid YAML; mend the indentation or quotes"
        ) from None
    # PyYAML raises the last two where a tag (`!!bool`, `!!timestamp`) does not fit its value.
    except (ValueError, RecursionError, LookupError, AttributeError) as error:
        raise ConfigurationError(
            f"{path} holds what YAML cannot mean ({one_line(error)}); mend it"
        ) from None


def check_plain(document: Any, path: Path) -> None:
    """Refuse what is neither text, finite number, flag, list nor mapping by texts.

    Raises
    ------
    ConfigurationError
        For the first such value, or when aliases unfold into more values than anyone writes.
    """
    for count, (place, value) in enumerate(_leaves(document, ())):
        wrong = None
        if count > _MOST or len(place) > _DEEPEST:
            raise ConfigurationError(f"{path} holds more values than it can mean; mend its aliases")
        if not isinstance(value, _PLAIN):
            wrong = "is neither text nor number; quote dates, and keys that are no text"
        elif isinstance(value, float) and not math.isfinite(value):
            wrong = "is not a finite number"
        elif isinstance(value, int) and abs(value) >= _LARGEST:
            wrong = "is too large a number"
        if wrong is not None:
            raise ConfigurationError(f"{path}: {dotted(place)} is {short(value)}, which {wrong}")


def check_merged(text: str, path: Path) -> None:
    """Refuse a file in which git has left both sides of a merge.

    Raises
    ------
    ConfigurationError
        With the line of the first marker.
    """
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith(_MARKERS):
            raise ConfigurationError(
                f"{path} has git's conflict markers, the first in line {number}: a merge of two "
                "versions is not finished; resolve it (keep one side of each, remove the markers), "
                f"or take one whole with `git checkout --ours {path}`, then run again"
            )


def check_distinct_names(document: Any, path: Path) -> None:
    """Refuse a list that names the same thing twice; a span may begin and end on one date.

    Raises
    ------
    ConfigurationError
        For the first such list.
    """
    for place, value in parts(document):
        if not isinstance(value, list):
            continue
        names = [name for name in value if isinstance(name, str) and not _DATE.fullmatch(name)]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ConfigurationError(
                f"{path}: {dotted(place)} names {dotted([twice])} twice; keep one"
            )


def dotted(place: Iterable[object]) -> str:
    """A place in the document on one line."""
    name = ".".join(str(part) for part in place)
    return (name if name.isprintable() else repr(name))[:_SHOWN] or "the document"


def short(value: Any) -> str:
    """A value on one line, however large it is."""
    return reprlib.repr(value)[:_SHOWN]


def _check_events(text: str, path: Path) -> None:
    """Refuse merge keys, which unfold without end, and nesting deeper than the reader's stack."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise ConfigurationError(
                f"{path}{_near(event.start_mark)} is nested more than {_DEEPEST} deep; mend its "
                "brackets or indentation"
            )
        if isinstance(event, yaml.ScalarEvent) and event.value == "<<" and event.implicit[0]:
            raise ConfigurationError(
                f"{path}{_near(event.start_mark)} merges another mapping by '<<', which hides what "
                "holds; write its keys out"
            )


def _near(mark: Any) -> str:
    """Which line the parser's mark is in; nothing when it has none."""
    return f" near line {mark.line + 1}" if mark else ""


def _leaves(value: Any, place: tuple[object, ...]) -> Iterator[tuple[tuple[object, ...], Any]]:
    """Every value with its place; a list or mapping counts as one too, without its content."""
    inside: Iterable[tuple[object, Any]] = ()
    if isinstance(value, dict) and len(place) <= _DEEPEST:
        # A key that is no text is told of as what it is: a tuple is never plain.
        inside = ((key, v if isinstance(key, str) else (key,)) for key, v in value.items())
    elif isinstance(value, list) and len(place) <= _DEEPEST:
        inside = enumerate(value)
    yield place, None if isinstance(value, dict | list) else value
    for name, inner in inside:
        yield from _leaves(inner, (*place, name))
