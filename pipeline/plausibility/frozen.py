"""A quoted price that stands still for days: a feed that has stopped, and not a market."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.base.dates import day
from pipeline.plausibility.remarks import Remark
from pipeline.plausibility.scope import Scope
from pipeline.series.kinds import Series

_STILL = 7
"""Equal values in a row from which a quote is frozen; in the files of 1997 to 2025 none of these
series had more than five."""


def inspect(frame: pd.DataFrame, series: Series, where: str, scope: Scope) -> Iterator[Remark]:
    """Refuse a required series that stands still, and tell of an optional one."""
    if not _is_quoted(series):
        return
    known = frame.dropna(subset=["value"])
    known = known[known["date"] >= scope.sessions[0]]
    first, last = _longest_stand(known["value"].to_numpy(dtype=float))
    if last - first + 1 < _STILL:
        return
    begins, ends = known["date"].iloc[first], known["date"].iloc[last]
    found = (
        f"has the same value ({known['value'].iloc[first]:g}) on {last - first + 1} days in a row, "
        f"{day(begins)} to {day(ends)}, as a feed that has stopped"
    )
    if series.required:
        remedy = "bring the values of these days, or leave their cells empty"
        scope.refuse(series, where, found, remedy)
    yield Remark(series.name, found)


def _is_quoted(series: Series) -> bool:
    """Whether it is quoted finely enough to move every day; yields are rounded to hundredths."""
    quoted = series.days == "exchange" or (series.days == "weekdays" and series.unit != "percent")
    return series.kind == "value" and quoted


def _longest_stand(values: np.ndarray) -> tuple[int, int]:
    """First and last place of the longest run of equal values."""
    edges = np.flatnonzero(np.diff(values, prepend=np.nan, append=np.nan) != 0)
    lengths = np.diff(edges)
    if not len(lengths):
        return 0, -1
    at = int(lengths.argmax())
    return int(edges[at]), int(edges[at + 1]) - 1
