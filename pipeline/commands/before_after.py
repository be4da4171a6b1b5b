"""A call before and after something moved, painted for ``undertow whatif`` and ``undertow now``."""

from collections.abc import Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from models.scenarios import SCENARIOS
from pipeline.base.console import percent, styled, table
from pipeline.desk.narrative import words
from pipeline.scoring.words import short_question


def probabilities(before: Mapping[str, Any], after: Mapping[str, Any], windows: Any) -> Table:
    """Probabilities by window, before and after."""
    shown = table("", "probability %", *map(words, SCENARIOS))
    for window, here in before["probabilities"].items():
        there = after["probabilities"][window]
        cells = (f"{percent(here[name])} → {percent(there[name])}" for name in SCENARIOS)
        shown.add_row(short_question(windows, window), *cells)
    return shown


def changed(before: str, after: str) -> Text:
    """One answer, and the other where it is another."""
    return styled(before, *(() if before == after else (" → ", (after, "bold"))))
