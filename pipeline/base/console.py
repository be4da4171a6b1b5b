"""How results are shown: tables for people on stdout, JSON for scripts."""

import json
import re
import sys
import textwrap
from collections.abc import Collection, Iterable
from typing import Any

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from pipeline.base.visible import visible
from pipeline.base.words import SIMULATED, number

NOTHING = "-"
"""Shown where there is no number."""

_PAPER = 160
"""Columns where no terminal says how wide it is: a pipe or a file."""

_READABLE = 96
"""Columns beyond which a text is hard to read."""

_BLANKS = re.compile(r" +((?:\x1b\[[\d;]*m)*)$")
"""What a cell is filled up with, before the end of its style."""

_LABEL = 14
_WIDEST = 10_000


class _Plain(Console):
    """A console that reads no text as markup: a ``[/x]`` in a ticker is what it looks like."""

    def render_str(self, text: str, **how: Any) -> Text:
        """Every text and every cell of a table comes this way."""
        return super().render_str(visible(text), **how)


out = _Plain(
    markup=False,
    highlight=False,
    emoji=False,
    soft_wrap=True,
    width=None if sys.stdout.isatty() else _PAPER,
)


def styled(*parts: str | tuple[str, str]) -> Text:
    """One text of plain parts and of ``(text, style)``."""
    return Text.assemble(
        *(visible(p) if isinstance(p, str) else (visible(p[0]), p[1]) for p in parts)
    )


def show_simulated() -> None:
    """Say first that the market is made up."""
    out.print(styled((f" {SIMULATED} ", "bold reverse")))


def show_quiet(text: str) -> None:
    """Print a remark that stands back."""
    out.print(styled((text, "dim")))


def show_json(document: Any) -> None:
    """Print one JSON document on stdout."""
    # What is not ASCII is escaped, for JSON leaves characters that steer a terminal as they are.
    out.print_json(json.dumps(document, allow_nan=False), highlight=False, ensure_ascii=True)


def table(
    title: str,
    *columns: str,
    text: Collection[str] = (),
    rows: Iterable[Iterable[str | Text]] = (),
) -> Table:
    """A table: the first column and those of text to the left, numbers to the right."""
    made = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    made.show_header = any(columns)
    for position, column in enumerate(columns):
        left = position == 0 or column in text
        made.add_column(column, justify="left" if left else "right", no_wrap=True)
    for row in rows:
        made.add_row(*row)
    return made


def show_table(made: Table) -> None:
    """Print a table at its full width: a number that is cut off reads as another number."""
    made.width = Measurement.get(out, out.options.update(max_width=_WIDEST), made).maximum
    show(made)


def show(made: Table) -> None:
    """Print lines that end where their last word does: no terminal wraps them for blanks' sake."""
    with out.capture() as drawn:
        out.print(made)
    for line in drawn.get().splitlines():
        print(_BLANKS.sub(r"\1", line), file=out.file)


def page_width() -> int:
    """Columns that a text may take: the terminal's, as far as one can read it."""
    return min(out.width, _READABLE)


def labelled(*rows: tuple[str, str | Text]) -> Table:
    """Lines of a label and a text, the text wrapped beside its label."""
    made = Table.grid(padding=(0, 1, 0, 0))
    made.add_column(width=_LABEL - 1, no_wrap=True)
    made.add_column(max_width=page_width() - _LABEL, overflow="fold")
    for label, text in rows:
        made.add_row(label, text)
    return made


def paragraph(text: str) -> str:
    """A text in lines of the page's width; a number and its % stay together."""
    joined = text.replace(" %", "\N{NO-BREAK SPACE}%")
    return textwrap.fill(joined, page_width()).replace("\N{NO-BREAK SPACE}", " ")


def percent(fraction: float | None, *, signed: bool = False) -> str:
    """A fraction as percent with one decimal, or a dash."""
    if fraction is None:
        return NOTHING
    text = number(100 * fraction, 1)
    return text if signed else text.removeprefix("+")
