"""Release dates that the tests of several calendars share."""

import pandas as pd


def monthly(start: str, end: str) -> pd.DataFrame:
    """The second Wednesday of each month."""
    days = pd.Series(pd.date_range(start, end, freq="WOM-2WED"), name="date")
    return days.astype("datetime64[ns]").to_frame()
