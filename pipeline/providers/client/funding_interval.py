"""How long the interval was that a funding print settled: the prints tell it by their spacing.

A rate means nothing without its interval, and exchanges change it (8 hours to 4 or 1 and back). An
interval that is not certain yet is not guessed: the print waits until a later one tells.
"""

from collections.abc import Iterable, Iterator

import pandas as pd

from pipeline.providers.client.paging import TICK

_INTERVALS = (1.0, 2.0, 4.0, 8.0)
"""Hours that exchanges settle at."""
_CONTEXT = 3
"""Prints of the page before that a page's first ones are judged by."""


def prints(pages: Iterable[pd.DataFrame], since: pd.Timestamp) -> Iterator[pd.DataFrame]:
    """Prints with their interval, from an instant on.

    Parameters
    ----------
    pages
        Columns ``time, rate``, oldest page first. They should begin a few prints before ``since``.

    Yields
    ------
    pandas.DataFrame
        Columns ``time, rate, interval_hours``.
    """
    known, done = pd.DataFrame(), since - TICK
    for page in pages:
        known = pd.concat([known.tail(_CONTEXT), page], ignore_index=True)
        rows = known.assign(interval_hours=intervals(known["time"])).dropna()
        rows = rows[rows["time"] > done].reset_index(drop=True)
        if len(rows):
            done = rows["time"].iloc[-1]
            yield rows


def intervals(times: pd.Series) -> pd.Series:
    """Hours that each print settled; NaN where it cannot be told.

    It is the time since the print before, except where that is a single longer step between two
    equal shorter ones (a print is missing), or no interval at all (the first print, an outage):
    then it is the time to the next print. A last step that is longer than the one before may be
    either, so it waits.
    """
    before = times.diff().dt.total_seconds() / 3600
    after, earlier = before.shift(-1), before.shift(1)
    gap = (before > earlier) & (after == earlier)
    waits = (before > earlier) & after.isna()
    chosen = before.where(before.isin(_INTERVALS) & ~gap, after)
    return chosen.where(chosen.isin(_INTERVALS) & ~waits)


def on_the_minute(times: pd.Series) -> pd.Series:
    """Times without the milliseconds by which exchanges book a print late."""
    return times.dt.round("min")
