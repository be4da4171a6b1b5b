"""Where every series stands: its last row, who gave it, and whether more should be there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from pipeline.fetching.due import is_current, recent_sessions
from pipeline.series.calendar import date_of
from pipeline.series.kinds import FETCHED_AT, PROVIDER, Series

State = Literal["current", "late", "stale", "missing", "no source"]


@dataclass(frozen=True)
class Status:
    """One series.

    Attributes
    ----------
    provider
        Who gave the last row.
    first, last
        Oldest and newest date; None where there is no row.
    age
        Sessions since the last date; None where there is none.
    state
        ``current`` as far as its publication lag allows; ``late`` behind that; ``stale`` behind its
        carry limit, so that features are missing; ``missing`` without any row; ``no source`` where
        none is known.
    remedy
        What to do about it; empty when there is nothing to do, as in a made-up market.
    """

    series: Series
    provider: str | None
    first: pd.Timestamp | None
    last: pd.Timestamp | None
    fetched_at: pd.Timestamp | None
    rows: int
    age: int | None
    state: State
    remedy: str


def statuses(
    entries: Iterable[Series], raw: Mapping[str, pd.DataFrame], now: pd.Timestamp, source: str
) -> list[Status]:
    """Each series of the catalogue, by what is stored of it.

    Parameters
    ----------
    source
        As in ``data.source``: says what can be done.
    """
    return [_status(series, raw.get(series.name), now, source) for series in entries]


def _status(series: Series, rows: pd.DataFrame | None, now: pd.Timestamp, source: str) -> Status:
    if rows is None or rows.empty:
        state: State = "missing" if _available(series, source) else "no source"
        remedy = _remedy(series, source) if state == "missing" else series.not_live
        return Status(series, None, None, None, None, 0, None, state, remedy)
    clock = series.clock
    first = None if clock is None else date_of(rows[clock].iloc[0])
    last = None if clock is None else date_of(rows[clock].iloc[-1])
    provider = str(rows[PROVIDER].iloc[-1]) if PROVIDER in rows else source
    fetched = rows[FETCHED_AT].max() if FETCHED_AT in rows else None
    age = None if last is None or series.kind == "calendar" else _age(last, now)
    state = _state(series, rows, age, now)
    remedy = "" if state == "current" else _remedy(series, source)
    return Status(series, provider, first, last, fetched, len(rows), age, state, remedy)


def _state(series: Series, rows: pd.DataFrame, age: int | None, now: pd.Timestamp) -> State:
    if is_current(rows, series, now):
        return "current"
    carried = series.lag.sessions + series.carry
    return "stale" if age is not None and age > carried else "late"


def _available(series: Series, source: str) -> bool:
    if source == "live":
        return bool(series.routes)
    return source == "simulated" or series.files is not None


def _remedy(series: Series, source: str) -> str:
    if source == "live":
        return f"undertow fetch --only {series.name}"
    return f"bring newer rows into {series.files}" if source == "files" else ""


def _age(last: pd.Timestamp, now: pd.Timestamp) -> int:
    """Sessions after ``last`` whose decision time has come; many when it is long ago."""
    index = recent_sessions(now)
    beyond = int((index > last).sum())
    if beyond < len(index):
        return beyond
    return beyond + len(pd.bdate_range(last, index[0])) - 1
