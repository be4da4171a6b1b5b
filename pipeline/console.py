"""How results are shown: tables for people on stdout, JSON for scripts."""

import json
import sys
from typing import Any

from rich.console import Console
from rich.table import Table

RESEARCH = "Research, not advice."
SIMULATED = "SIMULATED data: no market looks like this."

NOTHING = "-"
"""Shown where there is no number."""

_PAPER = 160
"""Columns where no terminal says how wide it is: a pipe or a file."""

out = Console(
    highlight=False, emoji=False, soft_wrap=True, width=None if sys.stdout.isatty() else _PAPER
)


def show_json(document: Any) -> None:
    """Print one JSON document on stdout."""
    out.print_json(json.dumps(document, allow_nan=False), highlight=False)


def table(title: str, *columns: str) -> Table:
    """An empty table whose columns after the first are right-aligned."""
    made = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for position, column in enumerate(columns):
        made.add_column(column, justify="left" if position == 0 else "right", no_wrap=True)
    return made


def percent(fraction: float | None, *, signed: bool = False) -> str:
    """A fraction as percent with one decimal, or a dash."""
    if fraction is None:
        return NOTHING
    return f"{100 * fraction:+.1f}" if signed else f"{100 * fraction:.1f}"
