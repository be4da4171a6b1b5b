"""Dated events as weekdays to the next one and sessions since the last one."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.aligning.clock import Clock
from pipeline.series.announcements import ANNOUNCED, WITHDRAWN
from pipeline.series.kinds import Series

Distances = NDArray[np.float64]

_SURPRISE = "unscheduled"
_ONE_DAY = pd.Timedelta(days=1)


def event_distances(raw: pd.DataFrame, series: Series, clock: Clock) -> pd.DataFrame:
    """Columns ``name.next`` (weekdays) and ``name.last`` (sessions); both 0 on the day.

    An event is seen coming from the day of its announcement (``announced``; where that is missing,
    ``series.known_ahead`` days before it) until it takes place or is called off (``withdrawn``),
    and never when it was not scheduled. Weekdays, not sessions, because an unscheduled closure was
    not known ahead.
    """
    surprise = raw["type"].eq(_SURPRISE) if "type" in raw else pd.Series(False, index=raw.index)
    happened = raw[WITHDRAWN].isna() if WITHDRAWN in raw else pd.Series(True, index=raw.index)
    return pd.DataFrame(
        {
            f"{series.name}.next": _weekdays_to_next(raw[~surprise], series, clock),
            f"{series.name}.last": _sessions_since_last(raw.loc[happened, "date"], clock),
        },
        index=clock.sessions,
    )


def _weekdays_to_next(events: pd.DataFrame, series: Series, clock: Clock) -> Distances:
    events = events.dropna(subset="date").sort_values("date", ascending=False)
    seen, over = _expected(events, series)
    first, end = clock.sessions.searchsorted(seen), clock.sessions.searchsorted(over)
    following = np.full(len(clock.sessions), np.datetime64("NaT"), dtype="datetime64[D]")
    # From the last to the first, so that of all that are expected the nearest stands.
    for date, start, stop in zip(events["date"].to_numpy("datetime64[D]"), first, end, strict=True):
        following[start:stop] = date
    known = ~np.isnat(following)
    today = clock.sessions.to_numpy().astype("datetime64[D]")
    return np.where(known, np.busday_count(today, np.where(known, following, today)), np.nan)


def _expected(events: pd.DataFrame, series: Series) -> tuple[pd.Series, pd.Series]:
    """First day on which each event is expected, and the first on which it no longer is."""
    seen = events["date"] - pd.Timedelta(days=series.known_ahead)
    over = events["date"] + _ONE_DAY
    if ANNOUNCED in events:
        seen = events[ANNOUNCED].fillna(seen)
    if WITHDRAWN in events:
        over = over.where(~(events[WITHDRAWN] < over), events[WITHDRAWN])
    return seen, over


def _sessions_since_last(dates: pd.Series, clock: Clock) -> Distances:
    # Of an event before the panel nobody can count the sessions since.
    happened = np.unique(clock.of_date(dates[dates >= clock.sessions[0]]))
    positions = np.arange(len(clock.sessions))
    past = np.searchsorted(happened, positions, side="right") - 1
    # Before the first event, place -1 finds the NaN at the end.
    return positions - np.append(happened, np.nan)[past]
