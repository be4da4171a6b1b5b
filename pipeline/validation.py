"""The border: what comes from a source must be what the catalogue says, or nothing is stored."""

from functools import partial
from typing import cast

import pandas as pd
import pandera.pandas as pa

from pipeline.errors import SchemaError
from pipeline.series import FETCHED_AT, Series

_CLOCK = {"value": "date", "panel": "date", "calendar": "date"}
_NUMBERS = {
    "value": ("value",),
    "snapshot": ("value",),
    "flow": ("value",),
    "bar": ("open", "high", "low", "close"),
    "funding": ("rate",),
}


def clock_column(series: Series) -> str | None:
    """Column that dates a raw row; None for tables."""
    return None if series.kind == "table" else _CLOCK.get(series.kind, "time")


def check(frame: pd.DataFrame, series: Series, where: str, now: pd.Timestamp) -> None:
    """Refuse rows that cannot be true.

    Parameters
    ----------
    frame
        Raw rows in the shape of the series' kind.
    series
        The catalogue's entry.
    where
        What to call the place the rows come from.
    now
        Instant after which no observation can be dated.

    Raises
    ------
    SchemaError
        For an empty frame, dates that repeat or run backwards, a future date, or a value outside
        the series' valid range.
    """
    if frame.empty:
        raise SchemaError(f"{where} gave no rows for {series.name}; check the source")
    clock = clock_column(series)
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
            raise SchemaError(f"{where}: the date {_day(when)} {fault} ({series.name}); {remedy}")
    limit = now if clock.dt.tz is not None else now.tz_localize(None)
    if clock.iloc[-1] > limit:
        raise SchemaError(
            f"{where}: {series.name} has the date {_day(clock.iloc[-1])}, which is after today "
            f"({_day(limit)}); correct the date"
        )


def _check_values(frame: pd.DataFrame, clock: str, series: Series, where: str) -> None:
    columns = (
        [name for name in frame.columns if name not in {clock, FETCHED_AT}]
        if series.kind == "panel"
        else _NUMBERS.get(series.kind, ())
    )
    low, high = series.valid
    in_range = partial(pa.Check.in_range, min_value=low, max_value=high)
    schema = pa.DataFrameSchema(
        {name: pa.Column(float, in_range(), nullable=True) for name in columns}
    )
    try:
        schema.validate(frame)
    except pa.errors.SchemaError as error:
        raise SchemaError(_range_sentence(error, frame, clock, series, where)) from None


def _range_sentence(
    error: pa.errors.SchemaError, frame: pd.DataFrame, clock: str, series: Series, where: str
) -> str:
    cases = cast("pd.DataFrame", error.failure_cases)
    row = int(cases["index"].iloc[0])
    found = float(cases["failure_case"].iloc[0])
    low, high = series.valid
    hint = "correct the value"
    if series.unit == "percent" and low <= found / 100 <= high:
        hint = "if it is in basis points, divide the column by 100"
    return (
        f"{where}: {series.name} is {found:g} on {_day(frame[clock].loc[row])}, outside "
        f"{low:g} to {high:g} {series.unit}; {hint}"
    )


def _day(when: pd.Timestamp) -> str:
    return f"{when:%Y-%m-%d}" if when == when.normalize() else f"{when:%Y-%m-%d %H:%M}"
