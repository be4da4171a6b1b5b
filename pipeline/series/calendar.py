"""New York sessions and the decision time: the two clocks everything else is read by."""

import warnings
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.base.errors import ConfigurationError

if TYPE_CHECKING:
    from exchange_calendars import ExchangeCalendar

DECISION_DELAY = pd.Timedelta(days=1, minutes=30)
"""From a session's midnight (UTC) to its decision time: 00:30 UTC after the session, the New
York evening. Early enough to act before the next open, late enough that every close of the day,
and crypto's 00:00 UTC bar, is final. A later time would admit bars a desk has not seen."""

LONGEST_CLOSED = pd.Timedelta(days=21)
"""From a session to a day by which there was another: longer than the exchange was ever closed
since 1914."""


def sessions(first: str, last: str) -> pd.DatetimeIndex:
    """Sessions of the New York Stock Exchange from ``first`` to ``last``, both included.

    Parameters
    ----------
    first, last
        Dates written ``YYYY-MM-DD``, from 1900 to 2199; they need not be sessions.

    Returns
    -------
    pandas.DatetimeIndex
        Midnights without a time zone, increasing, named ``session``.

    Raises
    ------
    ConfigurationError
        No session lies between the dates.
    """
    every = _every_session()
    found = every[slice(*every.slice_locs(first, last))]
    if found.empty:
        raise ConfigurationError(
            f"no session of the New York Stock Exchange lies between {first} and {last}: "
            "move one of the two dates"
        )
    return found


@cache
def _every_session() -> pd.DatetimeIndex:
    return pd.DatetimeIndex(_exchange().sessions, name="session")


@cache
def _exchange() -> "ExchangeCalendar":
    """Three centuries at once: a calendar of a week would cost as much, a third of a second."""
    import exchange_calendars  # noqa: PLC0415 - scoring needs the decision time, not the calendar

    with warnings.catch_warnings():
        # The calendar reads `Series.values` of instants, which pandas 3.1 deprecates; it means UTC.
        warnings.filterwarnings("ignore", "Series.values", pd.errors.Pandas4Warning)
        return exchange_calendars.get_calendar("XNYS", start="1900-01-01", end="2199-12-31")


def half_days(index: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Sessions on which the exchange closes early, such as the day after Thanksgiving."""
    return index[index.isin(_exchange().early_closes)]


def next_session(session: pd.Timestamp) -> pd.Timestamp:
    """The session that follows one, by the exchange's calendar."""
    return sessions(f"{session:%Y-%m-%d}", f"{session + LONGEST_CLOSED:%Y-%m-%d}")[1]


def bond_holidays(index: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Sessions on which bond market and banks are closed though the stock exchange is open.

    Columbus Day (second Monday of October) and Veterans Day (11 November, the Monday after a
    Sunday), and until the exchange kept it too, in 1998, the birthday of Martin Luther King (third
    Monday of January); the Treasury publishes no yields of them.
    """
    monday, third = index.day_of_week == 0, (index.day >= 15) & (index.day <= 21)
    king = (index.year < 1998) & (index.month == 1) & monday & third
    columbus = (index.month == 10) & monday & (index.day >= 8) & (index.day <= 14)
    monday_after = (index.day == 12) & monday
    veterans = (index.month == 11) & ((index.day == 11) | monday_after)
    return index[columbus | veterans | king]


def date_of(when: pd.Timestamp) -> pd.Timestamp:
    """UTC date of an instant, or the date of a dated row: midnight without a time zone."""
    naive = when if when.tz is None else when.tz_convert("UTC").tz_localize(None)
    return naive.normalize()


def decision_time(session: pd.Timestamp) -> pd.Timestamp:
    """UTC instant at which a session's row is made: 00:30 after the session."""
    return (session + DECISION_DELAY).tz_localize("UTC")


def decision_times(index: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """UTC instant at which each session's row is made: 00:30 after the session."""
    return (index + DECISION_DELAY).tz_localize("UTC")
