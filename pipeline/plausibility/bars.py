"""Bars whose prices contradict each other, or that are not of the stated length."""

from collections.abc import Iterator

import pandas as pd

from pipeline.base.dates import day
from pipeline.plausibility.remarks import Remark
from pipeline.plausibility.scope import Scope
from pipeline.series.kinds import Series

_ROUNDING = 1e-4
"""Fraction of the price by which vendors' rounding may let a close lie outside its range."""
_RECENT = 30
"""Bars whose median spacing tells the length of bars in a part of the file."""


def inspect(frame: pd.DataFrame, series: Series, where: str, scope: Scope) -> Iterator[Remark]:
    """Refuse bars of another interval, off its grid, or whose high and low leave the close out."""
    if series.kind != "bar":
        return
    fault = _spacing(frame["time"], series) or _grid(frame["time"], series) or _range(frame)
    if fault is not None:
        yield scope.refuse(series, where, *fault)


def _spacing(times: pd.Series, series: Series) -> tuple[str, str] | None:
    interval, spacing = pd.Timedelta(series.interval), times.diff()
    window = max(2, min(_RECENT, len(times) - 1))
    typical = spacing.dt.total_seconds().rolling(window).median()
    wrong = (spacing < interval) | (typical > interval.total_seconds())
    if not wrong.any():
        return None
    row = int(wrong.to_numpy().argmax())
    seconds = spacing.iloc[row] if spacing.iloc[row] < interval else typical.iloc[row]
    found = seconds if isinstance(seconds, pd.Timedelta) else pd.Timedelta(seconds=float(seconds))
    return (
        (
            f"has bars {_hours(found)} apart near {day(times.iloc[row])}, but is read as bars of "
            f"{_hours(interval)}"
        ),
        f"export bars of {_hours(interval)}",
    )


def _grid(times: pd.Series, series: Series) -> tuple[str, str] | None:
    off = times != times.dt.floor(pd.Timedelta(series.interval))
    if not off.any():
        return None
    length = _hours(pd.Timedelta(series.interval))
    return (
        (
            f"has a bar stamped {times[off].iloc[0]:%Y-%m-%d %H:%M:%S} UTC, where none of {length} "
            "begins"
        ),
        "stamp each bar at the UTC instant at which it opens",
    )


def _range(frame: pd.DataFrame) -> tuple[str, str] | None:
    prices = frame[["open", "high", "low", "close"]]
    high, low = frame["high"] * (1 + _ROUNDING), frame["low"] * (1 - _ROUNDING)
    wrong = (prices.max(axis=1) > high) | (prices.min(axis=1) < low)
    if not wrong.any():
        return None
    row = frame[wrong].iloc[0]
    return (
        (
            f"has a bar on {day(row['time'])} whose high {row['high']:g} and low {row['low']:g} do "
            f"not hold its open {row['open']:g} and close {row['close']:g}"
        ),
        "correct the bar; are the columns in the right order?",
    )


def _hours(length: pd.Timedelta) -> str:
    hours = length.total_seconds() / 3600
    return f"{hours:g} hour" + ("" if hours == 1 else "s")
