"""A call before and after something moved, painted for ``undertow whatif`` and ``undertow now``."""

from collections.abc import Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from models.scenarios import SCENARIOS
from pipeline.base.console import number, percent, styled, table
from pipeline.desk.narrative import words
from pipeline.scoring.words import short_question

_SHOWN_DRIVERS = 6


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


def drivers(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Pushes to risk that moved, those that moved most first."""
    here, there = (
        {each["driver"]: each["to_risk"] for each in side["drivers"]} for side in (before, after)
    )
    ordered = sorted(here, key=lambda name: -abs(there.get(name, 0.0) - here[name]))
    sides = [(name, number(here[name]), number(there.get(name, 0.0))) for name in ordered]
    moved = [f"{name} {one} → {other}" for name, one, other in sides if one != other]
    return f"in log odds: {', '.join(moved[:_SHOWN_DRIVERS])}" if moved else "unchanged"
