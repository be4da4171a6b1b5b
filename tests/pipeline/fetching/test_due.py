"""What should be there by now, and what must not be believed yet."""

import pandas as pd
import pytest

from pipeline.catalogue import CATALOGUE
from pipeline.fetching.due import due, is_current, last_session, settled


def at(text: str) -> pd.Timestamp:
    return pd.Timestamp(text, tz="UTC")


@pytest.mark.parametrize(
    ("now", "session"),
    [
        ("2024-07-02 00:29", "2024-06-28"),  # Monday's decision comes at 00:30
        ("2024-07-02 00:30", "2024-07-01"),
        ("2024-07-05 00:30", "2024-07-03"),  # Independence Day is no session
        ("2024-11-30 00:30", "2024-11-29"),  # a half-day counts like any other
        ("2024-03-11 12:00", "2024-03-08"),  # the weekend of daylight saving
    ],
)
def test_a_session_is_due_once_its_decision_time_has_come(now: str, session: str) -> None:
    assert last_session(at(now)) == pd.Timestamp(session)


def test_a_late_series_is_due_a_session_later() -> None:
    now = at("2024-07-10 00:30")
    assert due(CATALOGUE["vix"], now) == pd.Timestamp("2024-07-09")
    assert due(CATALOGUE["us10y"], now) == pd.Timestamp("2024-07-08")
    rows = pd.DataFrame({"date": pd.to_datetime(["2024-07-08"])})
    assert is_current(rows, CATALOGUE["us10y"], now)
    assert not is_current(rows, CATALOGUE["vix"], now)
    assert not is_current(None, CATALOGUE["vix"], now)


@pytest.mark.parametrize(
    ("name", "stamp", "current"),
    [
        ("btc", "2024-07-09 00:00", True),  # the day that ended at midnight, before the decision
        ("btc", "2024-07-08 00:00", False),
        ("btc_4h", "2024-07-09 20:00", True),
        ("btc_4h", "2024-07-09 16:00", False),
        ("eth_funding", "2024-07-09 16:00", True),
        ("eth_funding", "2024-07-09 08:00", False),
        ("btc_oi_bybit", "2024-07-10 00:00", True),
        ("btc_oi_bybit", "2024-07-09 00:00", False),
    ],
)
def test_what_never_closes_is_due_up_to_the_decision(name: str, stamp: str, current: bool) -> None:
    rows = pd.DataFrame({"time": [at(stamp)]})
    assert is_current(rows, CATALOGUE[name], at("2024-07-10 00:30")) is current


@pytest.mark.parametrize(
    ("name", "stamp", "current"),
    [
        ("btc_1h", "2024-07-14 22:00", True),
        ("btc_1h", "2024-07-14 21:00", False),
        ("btc", "2024-07-13 00:00", True),
        ("btc", "2024-07-12 00:00", False),
        ("btc_funding_binance", "2024-07-14 08:00", True),
        ("btc_oi_bybit", "2024-07-13 00:00", False),
    ],
)
def test_between_sessions_it_is_due_up_to_the_hour(name: str, stamp: str, current: bool) -> None:
    rows, sunday = pd.DataFrame({"time": [at(stamp)]}), at("2024-07-14 23:20")
    assert is_current(rows, CATALOGUE[name], sunday)  # for Friday's call
    assert is_current(rows, CATALOGUE[name], sunday, to_the_hour=True) is current


def test_a_calendar_is_current_for_a_week() -> None:
    rows = pd.DataFrame({"date": [pd.Timestamp("2030-01-02")], "fetched_at": [at("2024-07-01")]})
    assert is_current(rows, CATALOGUE["fomc"], at("2024-07-08"))
    assert not is_current(rows, CATALOGUE["fomc"], at("2024-07-09"))


@pytest.mark.parametrize(
    ("now", "kept"),
    [("2024-07-10 20:15", 1), ("2024-07-11 00:29", 1), ("2024-07-11 00:30", 2)],
)
def test_the_day_that_still_trades_is_not_stored(now: str, kept: int) -> None:
    page = pd.DataFrame({"date": pd.to_datetime(["2024-07-09", "2024-07-10"]), "value": 1.0})
    assert len(settled(page, CATALOGUE["vix"], at(now))) == kept


def test_an_unfinished_bar_is_not_stored() -> None:
    page = pd.DataFrame({"time": [at("2024-07-10 12:00"), at("2024-07-10 16:00")]})
    assert len(settled(page, CATALOGUE["btc_4h"], at("2024-07-10 19:59"))) == 1
    assert len(settled(page, CATALOGUE["btc_4h"], at("2024-07-10 20:00"))) == 2
