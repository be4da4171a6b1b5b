"""Since when an event's date was known, and until when one that did not take place was expected.

Official calendars hold what happened. ``announcements.csv`` holds what they leave out: meetings
that were called off and releases that were put off, each with the day on which that was said and
who said it.
"""

from functools import cache
from pathlib import Path

import pandas as pd

from pipeline.series.kinds import Series

ANNOUNCED, WITHDRAWN = "announced", "withdrawn"
_TABLE = Path(__file__).with_name("announcements.csv")


def with_announcements(events: pd.DataFrame, series: Series) -> pd.DataFrame:
    """Give an official calendar the days of announcement and withdrawal that it lacks.

    Parameters
    ----------
    events
        Rows of a calendar by ``date``; a day of its own in ``announced`` or ``withdrawn`` stays.

    Returns
    -------
    pandas.DataFrame
        The same rows, those withdrawn after the calendar's first date added, and the columns
        ``announced`` (from this day on its date was known; missing: the catalogue's
        ``known_ahead``) and ``withdrawn`` (from this day on it was known not to take place).
        Unchanged for a calendar of which nothing is told.
    """
    told = _told()
    told = told[told["series"] == series.name].set_index("date")
    if told.empty or events.empty:
        return events
    days = told[[ANNOUNCED, WITHDRAWN]]
    known = events.set_index("date")
    for column in days:
        of_table = days[column].reindex(known.index).set_axis(known.index)
        known[column] = known[column].fillna(of_table) if column in known else of_table
    absent = days[days[WITHDRAWN].notna() & (days.index > known.index.min())]
    absent = absent[~absent.index.isin(known.index)]
    if "type" in known:
        absent = absent.assign(type="scheduled")
    both = pd.concat([known, absent]).rename_axis("date").reset_index()
    return both.sort_values("date", kind="stable", ignore_index=True)


@cache
def _told() -> pd.DataFrame:
    return pd.read_csv(_TABLE, parse_dates=["date", ANNOUNCED, WITHDRAWN]).astype(
        dict.fromkeys(["date", ANNOUNCED, WITHDRAWN], "datetime64[ns]")
    )
