"""Tables behind the charts: dates as text, thinned where every one is too much."""

import pandas as pd


def month_ends(frame: pd.DataFrame) -> pd.DataFrame:
    """The last session of each month, newest first, the session as text."""
    sessions = pd.DatetimeIndex(frame.index)
    last = frame.groupby([sessions.year, sessions.month]).tail(1).iloc[::-1]
    return last.set_axis(session_texts(last))


def session_texts(frame: pd.DataFrame) -> pd.Index:
    """The sessions of an index as ``YYYY-MM-DD``."""
    return pd.Index(pd.DatetimeIndex(frame.index).strftime("%Y-%m-%d"), name="session")
