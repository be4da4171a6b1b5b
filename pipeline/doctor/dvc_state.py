"""What a killed DVC leaves half written: removed, so that the next run goes through.

DVC writes its list of locks and ``dvc.lock`` in place, and refuses to run when one was cut short.
A ``dvc.lock`` that is broken in another way is somebody's work, and is not touched.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import yaml
from voluptuous import Invalid

from pipeline.base.errors import ConfigurationError, one_line
from pipeline.base.run import log
from pipeline.storage.yaml_file import check_merged

_GRAPH, _LOCK = Path("dvc.yaml"), Path("dvc.lock")
_BEGINS = "schema:"
_STATE = Path(".dvc/tmp")
_RWLOCK = _STATE / "rwlock"
_GUARDS = (_STATE / "lock", _STATE / "rwlock.lock")
"""Files that DVC holds, by the system's locks, while it writes."""


def remove_half_written() -> None:
    """Remove what a killed DVC cut short, unless one is at work and may be writing it.

    Raises
    ------
    ConfigurationError
        When ``dvc.lock`` or ``dvc.yaml`` holds git's conflict markers, or ``dvc.lock`` cannot be
        read by this DVC though nothing is cut off it.
    """
    for path in (_LOCK, _GRAPH):
        if path.is_file():
            check_merged(_text(path), path)
    with suppress(BlockingIOError), _nobody_at_work():
        if _RWLOCK.exists() and not _is_json(_text(_RWLOCK)):
            _remove(_RWLOCK, "it only says who is at work, and nobody is")
        if _LOCK.is_file() and (problem := _problem(text := _text(_LOCK))):
            if not _is_cut_short(text, problem):
                raise ConfigurationError(
                    f"{_LOCK} cannot be read by this DVC ({one_line(problem)}); restore it with "
                    f"`git checkout {_LOCK}`, or move it away: every stage then runs again"
                )
            _remove(_LOCK, "every stage runs again, unless you restore it with git first")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def _remove(path: Path, effect: str) -> None:
    path.unlink()
    log.warning("%s was half written, as a killed run leaves it, and is removed: %s", path, effect)


@contextmanager
def _nobody_at_work() -> Iterator[None]:
    with ExitStack() as held:
        for guard in _GUARDS:
            if guard.exists():
                file = held.enter_context(guard.open("a"))
                fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _problem(text: str) -> yaml.YAMLError | Invalid | None:
    """Why DVC could not read a lock; None when it can."""
    # DVC takes a second to import, which only a run that has a lock needs.
    from dvc.schema import COMPILED_LOCKFILE_SCHEMA  # noqa: PLC0415

    try:
        COMPILED_LOCKFILE_SCHEMA(yaml.safe_load(text))
    except (yaml.YAMLError, Invalid) as error:
        return error
    return None


def _is_cut_short(text: str, problem: yaml.YAMLError | Invalid) -> bool:
    """Whether it begins as DVC writes it, and only its end is wrong.

    A loss of power may leave zeros where the rest should be.
    """
    written = text.rstrip("\0")
    if not (written.startswith(_BEGINS) or _BEGINS.startswith(written)):
        return False
    if written != text or not written.endswith("\n"):
        return True
    return isinstance(problem, Invalid) and _is_at_the_end(yaml.safe_load(text), problem.path)


def _is_at_the_end(document: Any, path: list[Any]) -> bool:
    """Whether a place is the last that is written."""
    for key in map(str, path):
        entries = document if isinstance(document, dict) else dict(enumerate(document or ()))
        if key not in map(str, entries):
            break
        last, document = next(reversed(entries.items()))
        if str(last) != key:
            return False
    return True
