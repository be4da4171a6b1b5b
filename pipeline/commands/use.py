"""``undertow use``: choose the source of the data in ``params.yaml``."""

from typing import Any

import yaml

from pipeline import params
from pipeline.base.console import out
from pipeline.sources import open_source
from pipeline.storage import store


def run(source: str) -> None:
    """Set ``data.source``, leaving every other character of the file alone.

    Raises
    ------
    ConfigurationError
        When there is no such source.
    """
    settings = params.load()
    before = settings.data.source
    # The name is looked up before it is put into YAML, where it could mean anything.
    open_source(
        settings.model_copy(update={"data": settings.data.model_copy(update={"source": source})})
    )
    text = params.PARAMS.read_text(encoding="utf-8")
    changed = _with_source(text, source)
    params.parse(yaml.safe_load(changed))
    store.write_text(changed, params.PARAMS)
    out.print(f"{params.PARAMS}: data.source is {source} (was {before}); now run: dvc repro")


def _with_source(text: str, source: str) -> str:
    """The text with another value of ``data.source``, a comment behind it in its old column."""
    data = _value(yaml.compose(text, Loader=yaml.SafeLoader), "data")
    found = _value(data, "source")
    begins, ends = found.start_mark.index, found.end_mark.index
    room = len(text[ends:]) - len(text[ends:].lstrip(" "))
    padding = max(ends - begins + room - len(source), 1) if room else 0
    return text[:begins] + source + " " * padding + text[ends + room :]


def _value(mapping: Any, name: str) -> Any:
    """The node of a key; `params.load` has seen that it is there."""
    return next(value for key, value in mapping.value if key.value == name)
