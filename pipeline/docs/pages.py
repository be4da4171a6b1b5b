"""Pages made from the code: ``python -m pipeline.docs`` writes them again."""

import json
from pathlib import Path

from features.registry import select
from pipeline.base.errors import ConfigurationError
from pipeline.base.project import not_here
from pipeline.base.run import log, stage
from pipeline.docs import data_table, feature_table
from pipeline.scoring.document import schema
from pipeline.storage import store

FEATURES, DATA = Path("docs/features.md"), Path("docs/data.md")
CALL = Path("docs/call.schema.json")

BEGIN, END = "<!-- made by python -m pipeline.docs -->", "<!-- end -->"
"""Lines between which a page is made from the code; what stands around them is written by hand."""


def main() -> None:
    """Write every page that is made from the code."""
    for path, text in pages().items():
        store.write_text(text, path)
        log.info("wrote %s", path)


def pages() -> dict[Path, str]:
    """Each page as it should be: from the registry, the catalogue, and the type of a call.

    Raises
    ------
    ConfigurationError
        When the page of the data is absent or has lost the lines around its tables.
    """
    return {
        FEATURES: feature_table.markdown(select()),
        DATA: _between(_read(DATA), data_table.markdown()),
        CALL: json.dumps(schema(), indent=2) + "\n",
    }


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise not_here(path) from None


def _between(page: str, made: str) -> str:
    before, begin, rest = page.partition(BEGIN)
    _made_before, end, after = rest.partition(END)
    if not (begin and end):
        raise ConfigurationError(
            f"{DATA} lacks the line {(END if begin else BEGIN)!r}, which its tables stand by; "
            "restore it with git"
        )
    return f"{before}{BEGIN}\n\n{made}\n{END}{after}"


if __name__ == "__main__":
    stage(main, alone=False)
