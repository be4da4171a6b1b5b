"""What should be there by now: the newest session that can be called, and each series' last row."""

import pandas as pd

from pipeline.series.calendar import DECISION_DELAY, decision_time, decision_times, sessions
from pipeline.series.kinds import Series

_WEEK = pd.Timedelta(days=7)
_LOOK_BACK = pd.Timedelta(days=40)
_WEEKLY_SESSIONS = 7
"""Sessions back to which a weekly release may reach just before the next one."""


def last_session(now: pd.Timestamp) -> pd.Timestamp:
    """Newest session whose decision time has come."""
    return recent_sessions(now)[-1]


def recent_sessions(now: pd.Timestamp) -> pd.DatetimeIndex:
    """Sessions of the last weeks whose decision time has come."""
    today = now.tz_convert("UTC").tz_localize(None).normalize()
    index = sessions(f"{today - _LOOK_BACK:%Y-%m-%d}", f"{today:%Y-%m-%d}")
    return index[decision_times(index) <= now]


def is_current(
    rows: pd.DataFrame | None, series: Series, now: pd.Timestamp, *, to_the_hour: bool = False
) -> bool:
    """Whether a series reaches as far as its publication lag allows.

    A calendar must know an event to come: a provider that has only the past needs another one.

    Parameters
    ----------
    rows
        What is stored, sorted by its clock, with ``fetched_at``; None for nothing.
    to_the_hour
        Whether series with instants are wanted up to the last complete hour, for a view between
        sessions, and not just up to the last decision.
    """
    if rows is None or rows.empty:
        return False
    clock = series.clock
    if clock is None or series.kind == "calendar":
        ahead = clock is None or rows[clock].iloc[-1] > now.tz_localize(None)
        return bool(ahead and rows["fetched_at"].iloc[-1] >= now - _WEEK)
    return bool(rows[clock].iloc[-1] >= due(series, now, to_the_hour=to_the_hour))


def due(series: Series, now: pd.Timestamp, *, to_the_hour: bool = False) -> pd.Timestamp:
    """Time stamp that the last row of a dated or timed series should have reached.

    See `is_current`.
    """
    index = recent_sessions(now)
    if series.clock == "date":
        late = _WEEKLY_SESSIONS if series.lag.weekday is not None else series.lag.sessions
        return index[-1 - late]
    end = now.floor("h") if to_the_hour else decision_time(index[-1])
    step = _step(series)
    # A bar is stamped at its open, so the last complete one opened two steps before the next; a
    # print of funding comes out some minutes after its stamp.
    steps = 2 if series.kind in {"bar", "funding"} else 1
    return end - steps * step + pd.Timedelta(seconds=1)


def settled(page: pd.DataFrame, series: Series, now: pd.Timestamp) -> pd.DataFrame:
    """Rows that will not change any more: complete bars, and dates whose decision time has come.

    A provider shows today's bar while it trades; half-days and daylight saving move the close, and
    00:30 UTC is after every one.
    """
    clock = series.clock
    if clock is None or series.kind == "calendar":
        return page
    if clock == "date":
        final = (page["date"] + DECISION_DELAY).dt.tz_localize("UTC")
    elif series.kind == "bar":
        final = page["time"] + pd.Timedelta(series.interval)
    else:
        final = page["time"]
    return page[final <= now].reset_index(drop=True)


def _step(series: Series) -> pd.Timedelta:
    if series.kind == "bar":
        return pd.Timedelta(series.interval)
    return pd.Timedelta(hours=series.interval_hours if series.kind == "funding" else 24.0)
