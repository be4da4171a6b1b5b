"""The signal board on the page: rows by driver and signal, each with its small line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.board.rows import YEAR, Row
from pipeline.board.standing import MIN_HISTORY, Direction
from pipeline.board.titles import TITLES
from pipeline.desk.units import shown
from pipeline.report.text import percent
from pipeline.scoring.words import old

HEIGHT = 20
"""Of a small line's picture, in units of its own; one session is one unit wide."""

_ARROWS = {Direction.RISING: "↑", Direction.FALLING: "↓", Direction.UNCHANGED: "→"}


@dataclass(frozen=True)
class Line:
    """One feature as the page shows it."""

    row: Row
    percentile: str
    arrow: str
    age: str
    moved: str
    path: str
    span: str


@dataclass(frozen=True)
class Signal:
    """A signal's title and the features that it is the first of."""

    title: str
    lines: list[Line]


@dataclass(frozen=True)
class Driver:
    """A driver's signals, and how many of its features changed their band."""

    name: str
    signals: list[Signal]
    count: int
    changed: int


def board(rows: Sequence[Row]) -> list[Driver]:
    """Rows by driver, and there by the first signal that each covers."""
    ordered = sorted(rows, key=lambda row: (row.feature.driver, row.feature.signals[0]))
    drivers = groupby(ordered, key=lambda row: row.feature.driver)
    return [_driver(name, list(group)) for name, group in drivers]


def _driver(name: str, rows: Sequence[Row]) -> Driver:
    signals = groupby(rows, key=lambda row: row.feature.signals[0])
    return Driver(
        name=name,
        signals=[
            Signal(f"{each} {TITLES.get(each, '')}", [_line(row) for row in group])
            for each, group in signals
        ],
        count=len(rows),
        changed=sum(row.changed for row in rows),
    )


def _line(row: Row) -> Line:
    known = [value for value in row.last_year if value is not None]
    unit = row.feature.unit
    return Line(
        row=row,
        percentile=_percentile(row),
        arrow="" if row.direction is None else _ARROWS[row.direction],
        age="" if row.age_sessions is None else old(row.age_sessions),
        moved=f"{row.band_before} → {row.band}" if row.changed else "",
        path=path(row.last_year),
        span=f"from {shown(min(known), unit)} to {shown(max(known), unit)}" if known else "",
    )


def _percentile(row: Row) -> str:
    if row.value is None or row.percentile is not None:
        return percent(row.percentile) if row.percentile is not None else ""
    return f"fewer than {MIN_HISTORY} earlier values"


def path(values: Sequence[float | None]) -> str:
    """A line through values as an SVG path, broken where one is missing; the last is at the right.

    Whole units and relative steps, for the page holds some two hundred of them.
    """
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    scale = HEIGHT / (high - low) if high > low else 0.0
    heights = [None if v is None else round((high - v) * scale) for v in values]
    return "".join(_strokes(heights, YEAR - len(values)))


def _strokes(heights: Iterable[int | None], start: int) -> Iterable[str]:
    before: int | None = None
    for place, height in enumerate(heights, start):
        if height is not None:
            step = "" if before is None else _step(height - before)
            yield step or f"M{place} {height}h0"
        before = height


def _step(rise: int) -> str:
    return f"l1{'' if rise < 0 else ' '}{rise}" if rise else "h1"
