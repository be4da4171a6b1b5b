"""Rows of the market that never closes as they stood at a moment, unfinished days completed."""

from collections.abc import Iterable

import pandas as pd

from pipeline.catalogue import CATALOGUE
from pipeline.series.border import check
from pipeline.series.kinds import FETCHED_AT, Series
from pipeline.series.source import Source, rows_of

Rows = dict[str, pd.DataFrame]
"""Raw rows by series' name."""

ROUND_THE_CLOCK = tuple(series for series in CATALOGUE.values() if series.round_the_clock)
"""Series of the market that never closes; all others wait for their session's close."""

_DAY = pd.Timedelta("1D")
_UNFINISHED = pd.Timedelta("2D")
"""Daily bars that ended longer ago are missing and not unfinished, so nothing stands for them."""


def read_rows(source: Source) -> Rows:
    """All rows of each round-the-clock series that the source has."""
    return rows_of(source, ROUND_THE_CLOCK)


def rows_at(rows: Rows, moment: pd.Timestamp, where: str) -> Rows:
    """Rows that were there at a moment, checked, and daily bars completed up to it.

    A bar counts once it is complete. What came later is dropped before anything looks at it.

    Parameters
    ----------
    moment
        UTC instant, a full hour.
    where
        What to call the source in a message.

    Raises
    ------
    SchemaError
        When a row cannot be true.
    """
    known = {}
    for series in ROUND_THE_CLOCK:
        if series.name in rows:
            frame = rows[series.name]
            frame = frame[ends(frame, series) <= moment].reset_index(drop=True)
            if len(frame):
                check(frame, series, f"{where} {series.name}", moment)
                known[series.name] = frame
    daily = [series for series in ROUND_THE_CLOCK if _is_daily(series) and series.name in known]
    return known | {series.name: _completed(series, known, moment) for series in daily}


def ends(rows: pd.DataFrame, series: Series) -> pd.Series:
    """UTC instant from which each row is known; a bar that was fetched as it traded never is."""
    if series.kind != "bar":
        return rows["time"]
    end = rows["time"] + pd.Timedelta(series.interval)
    if FETCHED_AT not in rows:
        return end
    return end.where(end <= rows[FETCHED_AT], pd.Timestamp.max.tz_localize("UTC"))


def _is_daily(series: Series) -> bool:
    return series.kind == "bar" and series.interval == "1D"


def _completed(series: Series, known: Rows, moment: pd.Timestamp) -> pd.DataFrame:
    """Daily bars and one more, from the last one's end to the newest shorter bar of that market.

    The shorter bars may be of another venue, so what they tell is the move: it begins at the daily
    close. The added bar is stamped a day before it ends, as a daily bar is. Its volume is missing,
    for two venues' volumes do not add up.
    """
    bars = known[series.name]
    closed, close = bars["time"].iloc[-1] + _DAY, float(bars["close"].iloc[-1])
    later = [part for part in _shorter(series, known, closed) if len(part) > 1]
    if not later or moment - closed > _UNFINISHED:
        return bars
    part = max(later, key=lambda each: each["end"].iloc[-1])
    scale, new = close / float(part["close"].iloc[0]), part.iloc[1:]
    added = {
        "time": new["end"].iloc[-1] - _DAY,
        "open": close,
        "high": new["high"].max() * scale,
        "low": new["low"].min() * scale,
        "close": new["close"].iloc[-1] * scale,
        "volume": float("nan"),
    }
    return pd.concat([bars[list(added)], pd.DataFrame([added])], ignore_index=True)


def _shorter(series: Series, known: Rows, closed: pd.Timestamp) -> Iterable[pd.DataFrame]:
    """Shorter bars of the same market, finest first: the one that ends with the day, and later."""
    parts = [
        each
        for each in ROUND_THE_CLOCK
        if each.kind == "bar" and each.name.startswith(f"{series.name}_") and each.name in known
    ]
    for each in sorted(parts, key=lambda part: pd.Timedelta(part.interval)):
        bars = known[each.name]
        bars = bars.assign(end=bars["time"] + pd.Timedelta(each.interval))
        bars = bars[bars["end"] >= closed]
        if len(bars) and bars["end"].iloc[0] == closed:
            yield bars
