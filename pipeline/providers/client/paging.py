"""Walking through endpoints that give some rows at a time, forwards or backwards.

Neither walk counts rows: the limit that a provider really applies may be smaller than the one that
was asked. Each step must bring rows that no step before it brought, so that no walk is endless.
"""

from collections.abc import Callable, Iterator

import pandas as pd

from pipeline.providers.client.parsing import tidy

TICK = pd.Timedelta(milliseconds=1)
"""Between a row that is known and the first instant that is asked for next."""


def forward(
    ask: Callable[[pd.Timestamp], pd.DataFrame], since: pd.Timestamp, until: pd.Timestamp
) -> Iterator[pd.DataFrame]:
    """Pages of an endpoint that gives its rows from an instant on, oldest first.

    Parameters
    ----------
    ask
        Rows from an instant on, with their ``time``.
    since, until
        UTC instants between which rows are wanted.

    Yields
    ------
    pandas.DataFrame
        Rows newer than those of the page before, each time once.
    """
    start = since
    while start <= until:
        page = tidy(ask(start), "time")
        page = page[page["time"].between(start, until)].reset_index(drop=True)
        if page.empty:
            return
        yield page
        start = page["time"].iloc[-1] + TICK


def backward(
    ask: Callable[[pd.Timestamp, pd.Timestamp], pd.DataFrame],
    start: pd.Timestamp,
    end: pd.Timestamp,
) -> pd.DataFrame:
    """All rows of a window, of an endpoint that gives the newest ones of what is asked.

    Parameters
    ----------
    ask
        The newest rows between two instants, with their ``time``.
    start, end
        UTC instants that bound the window, both included.
    """
    parts = []
    while start <= end:
        page = ask(start, end)
        page = page[page["time"].between(start, end)]
        parts.append(page)
        if page.empty:
            break
        end = page["time"].min() - TICK
    return tidy(pd.concat(parts, ignore_index=True), "time")


def windows(
    since: pd.Timestamp, until: pd.Timestamp, length: pd.Timedelta
) -> Iterator[tuple[pd.Timestamp, pd.Timestamp]]:
    """First and last instant of spans of a length that follow each other, the oldest first."""
    while since <= until:
        yield since, min(since + length - TICK, until)
        since += length


def utc(date: pd.Timestamp) -> pd.Timestamp:
    """UTC midnight of a date that has no time zone."""
    return date.tz_localize("UTC")


def millis(instant: pd.Timestamp) -> int:
    """Milliseconds since 1970, as most exchanges count them."""
    return instant.value // 1_000_000
