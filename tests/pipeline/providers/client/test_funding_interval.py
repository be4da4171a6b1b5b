"""A funding print's interval is told by the spacing, and never guessed."""

import pandas as pd
import pytest

from pipeline.providers.client.funding_interval import intervals, on_the_minute, prints
from pipeline.providers.client.paging import TICK

START = pd.Timestamp("2024-01-01", tz="UTC")
UNKNOWN = -1.0


def times(hours: list[int]) -> pd.Series:
    instants = [START + pd.Timedelta(hours=hour) for hour in hours]
    return pd.Series(instants, dtype="datetime64[ns, UTC]")


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ([0, 8, 16, 24], [8, 8, 8, 8]),
        ([0, 8, 16, 20, 24, 28], [8, 8, 8, 4, 4, 4]),
        ([0, 4, 8, 16, 24], [4, 4, 4, 8, 8]),
        ([0, 4, 8, 16, 20], [4, 4, 4, 4, 4]),
        ([0, 8, 24, 32], [8, 8, 8, 8]),
        ([0, 8, 24], [8, 8, UNKNOWN]),
        ([0, 4, 8, 16], [4, 4, 4, UNKNOWN]),
        ([0, 1, 2, 3], [1, 1, 1, 1]),
        ([0, 8, 80, 84, 88], [8, 8, 4, 4, 4]),
        ([0], [UNKNOWN]),
        ([], []),
    ],
    ids=[
        "regular",
        "8 to 4",
        "4 to 8",
        "a print is missing between 4 and 4",
        "a print is missing between 8 and 8",
        "the last step is no interval",
        "the last step is longer: a missing print or a change",
        "hourly",
        "an outage, then 4",
        "a single print",
        "none",
    ],
)
def test_the_spacing_tells(hours: list[int], expected: list[float]) -> None:
    assert list(intervals(times(hours)).fillna(UNKNOWN)) == expected


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_pages_of_any_size_give_what_one_page_gives(size: int) -> None:
    every = pd.DataFrame({"time": times([0, 8, 16, 24, 28, 32, 36, 40, 48, 52, 56, 64, 72, 80])})
    every["rate"] = 0.0001
    cut = [every.iloc[first : first + size] for first in range(0, len(every), size)]
    whole = pd.concat(prints([every], START), ignore_index=True)
    paged = pd.concat(prints(cut, START), ignore_index=True)
    joint = whole.merge(paged, on="time", suffixes=("", "_paged"))
    assert (joint["interval_hours"] == joint["interval_hours_paged"]).all()
    assert list(whole["interval_hours"]) == [8, 8, 8, 8, 4, 4, 4, 4, 4, 4, 4, 8, 8, 8]
    if size > 1:
        assert len(paged) == len(whole)


def test_prints_before_the_wanted_ones_only_tell_their_interval() -> None:
    page = pd.DataFrame({"time": times([0, 4, 8]), "rate": 0.0001})
    rows = next(prints([page], START + pd.Timedelta(hours=4)))
    assert list(rows["interval_hours"]) == [4.0, 4.0]
    assert rows["time"].iloc[0] > START + TICK


def test_a_print_booked_some_milliseconds_off_is_of_its_minute() -> None:
    late = pd.Series([START + pd.Timedelta(milliseconds=offset) for offset in (-3, 0, 7, 2100)])
    assert set(on_the_minute(late)) == {START}
