"""``undertow compare``: which of two runs is better, by how much, and whether it is noise."""

import math
from collections.abc import Iterator

from rich.table import Table

from models.evaluation.paired import BETTER, NO_DIFFERENCE, WORSE, Difference
from pipeline import params
from pipeline.base.console import (
    NOTHING,
    out,
    paragraph,
    show_json,
    show_quiet,
    show_table,
    styled,
    table,
)
from pipeline.base.words import RESEARCH, number
from pipeline.tracking.choices import Changes, in_words
from pipeline.tracking.compare_runs import RunComparison, compare_runs

_SHOWN_CHANGES = 12
_SHORT = {BETTER: "better", WORSE: "worse", NO_DIFFERENCE: "no difference"}
_LEGEND = (
    "difference: skill of the first less that of the second, in points; interval: block bootstrap "
    "of the same days; p: chance of a difference of either sign as large if there were none"
)


def run(first: str, second: str, *, as_json: bool) -> None:
    """Print what two runs are to one another; the verdict comes first."""
    settings = params.load()
    found = compare_runs(first, second, settings)
    if as_json:
        show_json(found.document())
        return
    judged = found.windows[found.judged].difference
    out.print(styled((found.first.label, "bold"), " against ", (found.second.label, "bold")))
    out.print(paragraph(f"{found.judged}, {found.model}: {judged.in_words()}"))
    show_table(_windows(found))
    show_table(_years(found))
    for line in _changed(found.changed):
        out.print(line)
    show_quiet(paragraph(_LEGEND))
    show_quiet(RESEARCH)


def _windows(found: RunComparison) -> Table:
    first = min(window.first_session for window in found.windows.values())
    last = max(window.last_session for window in found.windows.values())
    return table(
        f"the same days, {first} to {last}", "window", "days", "first %", "second %",
        "difference", "interval", "p", "verdict", text=("verdict",),
        rows=((name, *_cells(window.difference)) for name, window in found.windows.items()),
    )  # fmt: skip


def _cells(found: Difference) -> Iterator[str]:
    yield str(found.sessions)
    yield from map(_points, (found.first, found.second, found.value))
    yield from _certainty(found)
    yield _SHORT[found.verdict]


def _certainty(found: Difference) -> tuple[str, str]:
    if math.isnan(found.p):
        return NOTHING, NOTHING
    return f"{_points(found.low)} … {_points(found.high)}", f"{found.p:.3f}"


def _years(found: RunComparison) -> Table:
    years = sorted({year for window in found.windows.values() for year in window.by_year})
    values = {name: window.by_year for name, window in found.windows.items()}
    rows = (
        (name, *(_points(by[year][1]) if year in by else NOTHING for year in years))
        for name, by in values.items()
    )
    return table("difference by year, in points", "window", *years, rows=rows)


def _changed(changes: Changes) -> list[str]:
    if not changes:
        return ["changed: nothing that training reads"]
    lines = [paragraph(in_words(name, values)) for name, values in changes.items()]
    more = len(lines) - _SHOWN_CHANGES
    rest = [f"and {more} more; --json has them all"] if more > 0 else []
    return ["changed, from the second to the first:", *lines[:_SHOWN_CHANGES], *rest]


def _points(fraction: float) -> str:
    return number(100 * fraction)
