"""``undertow use``: choose the source of the data in ``params.yaml``."""

import re

import yaml

from pipeline import params
from pipeline.base.console import out
from pipeline.base.errors import ConfigurationError
from pipeline.sources import open_source
from pipeline.storage import store

_LINE = re.compile(r"^(data:\n(?:[ #].*\n|\n)*?  source: *)(\S+ *)", re.MULTILINE)


def run(source: str) -> None:
    """Set ``data.source``, leaving every other character of the file alone.

    Raises
    ------
    ConfigurationError
        When there is no such source, or the line is not where it should be.
    """
    settings = params.load()
    before = settings.data.source
    # The name is looked up before it is put into YAML, where it could mean anything.
    open_source(
        settings.model_copy(update={"data": settings.data.model_copy(update={"source": source})})
    )
    text = params.PARAMS.read_text(encoding="utf-8")
    changed, found = _LINE.subn(lambda line: _with_source(line, source), text, count=1)
    if not found:
        raise ConfigurationError(
            f"{params.PARAMS}: no line `source:` in section `data`; set data.source by hand"
        )
    params.parse(yaml.safe_load(changed))
    store.write_text(changed, params.PARAMS)
    out.print(f"{params.PARAMS}: data.source is {source} (was {before}); now run: dvc repro")


def _with_source(line: re.Match[str], source: str) -> str:
    """The line with another source, what stands behind it in its old column."""
    before, old = line.groups()
    padded = source.ljust(len(old) - 1) + " " if old.endswith(" ") else source
    return f"{before}{padded}"
