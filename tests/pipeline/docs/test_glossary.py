"""The glossary has every word of a call."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from models.scenarios import SCENARIOS
from pipeline.scoring.document import schema

PAGE = Path(__file__).resolve().parents[3] / "docs" / "glossary.md"


def words(part: dict[str, Any]) -> Iterator[str]:
    """Names of every part of a document, and of the parts of these."""
    for name, inner in part.get("properties", {}).items():
        yield name
        yield from words(inner)
    values = part.get("additionalProperties")
    nested = [part.get("items"), values if isinstance(values, dict) else None]
    for inner in [*filter(None, nested), *part.get("anyOf", ())]:
        yield from words(inner)


def test_every_word_of_a_call_is_explained() -> None:
    explained = set(re.findall(r"`([a-z_]+)`", PAGE.read_text(encoding="utf-8")))
    wanted = {*words(schema()), *SCENARIOS}
    assert len(wanted) > 70
    assert not wanted - explained, "docs/glossary.md: add a line for each"
