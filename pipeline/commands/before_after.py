"""A call before and after something moved, painted for ``undertow whatif`` and ``undertow now``."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from models.scenarios import SCENARIOS
from pipeline.base.console import labelled, percent, show, show_table, styled, table
from pipeline.desk.narrative import words
from pipeline.scoring.words import short_question


def show_sides(found: Mapping[str, Any], answers: Iterable[tuple[str, str | Text]]) -> None:
    """Show both sides' probabilities, and below them the answers."""
    show_table(_probabilities(found["before"], found["after"], found["windows"]))
    show(labelled(*answers))


def _probabilities(before: Mapping[str, Any], after: Mapping[str, Any], windows: Any) -> Table:
    """Probabilities by window, before and after."""
    there = after["probabilities"]
    rows = (
        (
            short_question(windows, window),
            *(f"{percent(here[name])} → {percent(there[window][name])}" for name in SCENARIOS),
        )
        for window, here in before["probabilities"].items()
    )
    return table("", "probability %", *map(words, SCENARIOS), rows=rows)


def changed(before: str, after: str) -> Text:
    """One answer, followed by the other where they differ."""
    return styled(before, *(() if before == after else (" → ", (after, "bold"))))
