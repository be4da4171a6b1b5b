"""Walks find every row once, whatever limit the provider really applies, and always end."""

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.providers.client.paging import backward, forward, millis, utc, windows

START = pd.Timestamp("2024-01-01", tz="UTC")
HOURS = st.lists(st.integers(0, 500), unique=True, max_size=60).map(sorted)
SPAN = st.tuples(st.integers(0, 500), st.integers(0, 500)).map(sorted)


def rows(hours: list[int]) -> pd.DataFrame:
    times = pd.DatetimeIndex([START + pd.Timedelta(hours=hour) for hour in hours], tz="UTC")
    return pd.DataFrame({"time": times.as_unit("ns"), "hour": hours})


def hours_between(hours: list[int], span: list[int]) -> list[int]:
    return [hour for hour in hours if span[0] <= hour <= span[1]]


@given(HOURS, SPAN, st.integers(1, 20))
def test_forward_gives_every_row_once(hours: list[int], span: list[int], limit: int) -> None:
    every = rows(hours)
    since, until = (START + pd.Timedelta(hours=hour) for hour in span)
    pages = forward(lambda start: every[every["time"] >= start].head(limit), since, until)
    assert [hour for page in pages for hour in page["hour"]] == hours_between(hours, span)


@given(HOURS, SPAN, st.integers(1, 20))
def test_backward_gives_every_row_once(hours: list[int], span: list[int], limit: int) -> None:
    every = rows(hours)
    first, last = (START + pd.Timedelta(hours=hour) for hour in span)

    def newest(start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
        return every[every["time"].between(start, end)].tail(limit).iloc[::-1]

    assert list(backward(newest, first, last)["hour"]) == hours_between(hours, span)


@pytest.mark.parametrize("limit", [1, 7])
def test_a_provider_that_does_not_heed_what_is_asked_ends_the_walk(limit: int) -> None:
    same = rows(list(range(limit)))
    until = START + pd.Timedelta(days=9)
    assert len(list(forward(lambda _start: same, START, until))) == 1
    assert len(backward(lambda _start, _end: same, START, until)) == limit


@given(SPAN, st.integers(1, 90))
def test_windows_follow_each_other_without_gap_or_overlap(span: list[int], hours: int) -> None:
    since, until = (START + pd.Timedelta(hours=hour) for hour in span)
    spans = list(windows(since, until, pd.Timedelta(hours=hours)))
    assert spans[0][0] == since
    assert spans[-1][1] == until
    for (_first, last), (following, _end) in pairwise(spans):
        assert millis(following) - millis(last) == 1


def test_dates_are_utc_and_milliseconds_count_from_1970() -> None:
    assert millis(utc(pd.Timestamp("2024-01-01"))) == 1_704_067_200_000
