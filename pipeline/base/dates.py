"""Dates as people write them: ``YYYY-MM-DD``, one that is in the calendar, and nothing else."""

import re
from datetime import date

import pandas as pd

from pipeline.base.errors import ConfigurationError

FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)
"""No market is older, and nanoseconds end in 2262."""

_OLDEST, _BEYOND = pd.Timestamp("1700-01-01", tz="UTC"), pd.Timestamp("2200-01-01", tz="UTC")


_INSTANT = re.compile(r"(?P<date>[0-9-]{10})[T ](?P<time>[0-9]{2}:[0-9]{2})(?:Z|\+00:00)?")


def in_history(times: pd.Series) -> pd.Series:
    """Whether each instant (UTC) is one that data may have, and that nanoseconds can hold."""
    return (times >= _OLDEST) & (times < _BEYOND)


def day(when: pd.Timestamp) -> str:
    """A date as ``YYYY-MM-DD``; an instant within a day with its hour and minute."""
    return f"{when:%Y-%m-%d}" if when == when.normalize() else f"{when:%Y-%m-%d %H:%M}"


def parse_date(text: str) -> pd.Timestamp:
    """Midnight of a date of the command line.

    Raises
    ------
    ConfigurationError
        When the text is no date; the message shows it and the form that works.
    """
    try:
        return pd.Timestamp(checked(text))
    except ValueError as error:
        raise ConfigurationError(str(error)) from None


def checked(text: str) -> str:
    """A date's text as it is; pandas' own reader takes ``now``, ``5`` and nothing for dates too.

    Raises
    ------
    ValueError
        When it is no date.
    """
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text:
        raise ValueError(f"{text!r} is not a date; write it as 2022-06-13")
    if not FIRST <= found <= LAST:
        raise ValueError(f"{text!r} is not a date between {FIRST} and {LAST}")
    return text


def parse_hour(text: str) -> pd.Timestamp:
    """Full UTC hour of an instant of the command line: 23:59 is of 23:00.

    Raises
    ------
    ConfigurationError
        When the text is no instant; the message shows it and the form that works.
    """
    refusal = ConfigurationError(
        f"{text!r} is not an instant of UTC; write it as 2025-02-02T23:00Z"
    )
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise refusal
    try:
        return pd.Timestamp(f"{checked(found['date'])}T{found['time']}", tz="UTC").floor("h")
    except ValueError:
        raise refusal from None
