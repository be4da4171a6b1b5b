"""Dated events as weekdays to the next one and sessions since the last one."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.aligning.clock import Clock
from pipeline.series.kinds import Series

Distances = NDArray[np.float64]

_SURPRISE = "unscheduled"


def event_distances(raw: pd.DataFrame, series: Series, clock: Clock) -> pd.DataFrame:
    """Columns ``name.next`` (weekdays) and ``name.last`` (sessions); both 0 on the day.

    An event is seen coming only from ``series.known_ahead`` days before it, and never when it was
    not scheduled. Weekdays, not sessions, because an unscheduled closure was not known ahead.
    """
    surprise = raw["type"].eq(_SURPRISE) if "type" in raw else pd.Series(False, index=raw.index)
    return pd.DataFrame(
        {
            f"{series.name}.next": _weekdays_to_next(raw["date"][~surprise], series, clock),
            f"{series.name}.last": _sessions_since_last(raw["date"], clock),
        },
        index=clock.sessions,
    )


def _weekdays_to_next(dates: pd.Series, series: Series, clock: Clock) -> Distances:
    days = np.sort(dates.dropna().to_numpy())
    following = np.searchsorted(days, clock.sessions.to_numpy(), side="left")
    known = following < len(days)
    event = pd.Series(days).reindex(following).to_numpy()
    known &= event - clock.sessions.to_numpy() <= np.timedelta64(series.known_ahead, "D")
    today = clock.sessions.to_numpy().astype("datetime64[D]")
    then = np.where(known, event, clock.sessions.to_numpy()).astype("datetime64[D]")
    return np.where(known, np.busday_count(today, then), np.nan)


def _sessions_since_last(dates: pd.Series, clock: Clock) -> Distances:
    # Of an event before the panel nobody can count the sessions since.
    happened = np.unique(clock.of_date(dates[dates >= clock.sessions[0]]))
    positions = np.arange(len(clock.sessions))
    past = np.searchsorted(happened, positions, side="right") - 1
    # Before the first event, place -1 finds the NaN at the end.
    return positions - np.append(happened, np.nan)[past]
