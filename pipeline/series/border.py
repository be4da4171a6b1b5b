"""The border: what comes from a source must be what the catalogue says, or nothing is stored."""

import math

import pandas as pd
import pandera.pandas as pa

from pipeline.base.dates import day
from pipeline.base.errors import SchemaError
from pipeline.series.calendar import DECISION_DELAY
from pipeline.series.kinds import FETCHED_AT, Series

_NUMBERS = {
    "value": ("value",),
    "snapshot": ("value",),
    "flow": ("value",),
    "bar": ("open", "high", "low", "close"),
    "funding": ("rate",),
}
_FEW = 3
"""Values outside a range up to which it is they that are wrong, and not the column's unit."""
_BESIDE = {"volume": (0.0, math.inf), "interval_hours": (0.25, 24.0)}
"""Ranges of the columns besides a series' own numbers."""


def check(frame: pd.DataFrame, series: Series, where: str, now: pd.Timestamp) -> None:
    """Refuse rows that cannot be true.

    Parameters
    ----------
    frame
        Raw rows in the shape of the series' kind.
    where
        What to call the place the rows come from.
    now
        Instant after which no observation can be dated.

    Raises
    ------
    SchemaError
        For an empty frame, an absent column, dates that repeat or run backwards, a future date, a
        day whose decision time has not come, or a value outside the series' valid range; nothing
        infinite is ever inside.
    """
    if frame.empty:
        raise SchemaError(f"{where} gave no rows for {series.name}; check the source")
    _check_columns(frame, series, where)
    clock = series.clock
    if clock is None:
        return
    if series.kind != "calendar":
        _check_clock(frame[clock], series, where, now)
    _check_values(frame, clock, series, where)


def _check_clock(clock: pd.Series, series: Series, where: str, now: pd.Timestamp) -> None:
    steps = clock.diff().iloc[1:]
    for wrong, fault, remedy in (
        (steps == pd.Timedelta(0), "repeats", "remove the duplicate row"),
        (steps < pd.Timedelta(0), "comes before the row above it", "sort the rows by date"),
    ):
        if wrong.any():
            when = clock.iloc[1:].loc[wrong].iloc[0]
            raise SchemaError(f"{where}: the date {day(when)} {fault} ({series.name}); {remedy}")
    limit = now if clock.dt.tz is not None else now.tz_localize(None)
    if clock.iloc[-1] > limit:
        raise SchemaError(
            f"{where}: {series.name} has the date {day(clock.iloc[-1])}, which is after today "
            f"({day(limit)}); correct the date"
        )
    if series.kind in {"value", "panel"}:
        _check_final(clock.iloc[-1], series, where, limit)


def _check_final(last: pd.Timestamp, series: Series, where: str, now: pd.Timestamp) -> None:
    """Refuse a day that still trades: its value would differ by the hour of the export."""
    final = last + DECISION_DELAY
    if now < final:
        raise SchemaError(
            f"{where}: {series.name} has a row of {day(last)}, which is no close before "
            f"{day(final)} UTC; run again after that, leave the row out, or set data.end: "
            f'"{day(last - pd.Timedelta(days=1))}" in params.yaml, which leaves later rows unread'
        )


def _check_columns(frame: pd.DataFrame, series: Series, where: str) -> None:
    wanted = [series.clock, *_NUMBERS.get(series.kind, ()), *dict(series.columns)]
    absent = [name for name in wanted if name is not None and name not in frame]
    if absent or (series.kind == "panel" and frame.shape[1] < 2):
        raise SchemaError(
            f"{where}: {series.name} has no column {', '.join(absent) or 'of a ticker'}; "
            "correct the source"
        )


def _check_values(frame: pd.DataFrame, clock: str, series: Series, where: str) -> None:
    own = (
        [name for name in frame.columns if name not in {clock, FETCHED_AT}]
        if series.kind == "panel"
        else _NUMBERS.get(series.kind, ())
    )
    ranges = _BESIDE | dict.fromkeys(own, series.valid)
    schema = pa.DataFrameSchema(
        {
            name: pa.Column(float, _between(*ranges[name]), nullable=name != "interval_hours")
            for name in frame.columns
            if name in ranges
        }
    )
    try:
        schema.validate(frame)
    except pa.errors.SchemaError as error:
        column = str(error.schema.name)
        place = f"{where}: {series.name}" + ("" if column == "value" else f", column {column},")
        raise SchemaError(
            f"{place} {_fault(error, frame[clock], series, ranges[column])}"
        ) from None


def _between(low: float, high: float) -> pa.Check:
    """A range whose infinite end is not in it."""
    return pa.Check.in_range(
        low, high, include_min=math.isfinite(low), include_max=math.isfinite(high)
    )


def _fault(
    error: pa.errors.SchemaError, clock: pd.Series, series: Series, limits: tuple[float, float]
) -> str:
    if not isinstance(error.failure_cases, pd.DataFrame) or "dtype" in str(error.check):
        return "holds something else than numbers; correct the source"
    row = int(error.failure_cases["index"].iloc[0])
    found = float(error.failure_cases["failure_case"].iloc[0])
    low, high = limits
    hint = "correct the value"
    few = len(error.failure_cases) <= _FEW < len(clock) / _FEW
    if found == 0 < low:
        hint = "leave the cell empty where there was no quote"
    elif few:
        hint = "its neighbours are not, so correct the value or leave its cell empty"
    elif series.unit == "percent" and low <= found / 100 <= high:
        hint = "if it is in basis points, divide the column by 100"
    elif series.unit == "percent" and low <= found * 100 <= high:
        hint = "if it is a fraction, multiply the column by 100"
    elif series.kind == "funding" and abs(found) <= high * 1e4:
        hint = "if the column is in percent, divide it by 100; in basis points, by 10,000"
    unit = series.unit if limits == series.valid else ""
    return (
        f"is {found:g} on {day(clock.loc[row])}, outside {low:g} to {high:g} {unit}".rstrip()
        + f"; {hint}"
    )
