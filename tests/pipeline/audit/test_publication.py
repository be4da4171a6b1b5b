"""What was public when, by the publishers' rules; and where align believes otherwise."""

from dataclasses import replace

import pandas as pd
import pytest

from pipeline.audit.publication import (
    check_publication,
    last_public_date,
    public_rows,
    split_market,
)
from pipeline.audit.publication_rules import RULES, decided_at, public_at
from pipeline.catalogue import CATALOGUE
from pipeline.series.calendar import decision_times, sessions
from pipeline.series.kinds import SAME_EVENING

SESSIONS = sessions("2023-11-01", "2024-03-29")


def dated(dates):
    return pd.DataFrame({"date": pd.to_datetime(dates), "value": 1.0})


def timed(instants):
    return pd.DataFrame({"time": pd.to_datetime(instants, utc=True), "value": 1.0})


def test_every_series_has_a_rule_with_its_source_and_the_decision_is_the_pipelines():
    assert CATALOGUE.keys() == RULES.keys()
    assert all(rule.source for rule in RULES.values())
    assert decided_at(SESSIONS).equals(decision_times(SESSIONS))


def test_the_honest_lags_are_never_before_the_rules():
    """Every date of thirty years, whatever the market: holidays are where lags go wrong."""
    everyday = dated(pd.date_range("1997-01-02", "2025-12-31"))
    raw = {name: everyday for name, series in CATALOGUE.items() if series.kind == "value"}
    assert check_publication(raw, sessions("1997-01-02", "2026-01-15")) == []


def test_a_lag_that_is_a_session_too_early_is_caught_and_named(market, monkeypatch):
    assert check_publication(market.raw, market.sessions) == []
    late = {name for name in market.raw if CATALOGUE[name].lag != SAME_EVENING}
    assert {"us10y", "hy_oas", "fed_funds", "fed_assets"} <= late
    for name in late:
        earlier = replace(CATALOGUE[name], lag=SAME_EVENING)
        monkeypatch.setitem(CATALOGUE, name, earlier)
    found = {each.about: str(each) for each in check_publication(market.raw, market.sessions)}
    assert found.keys() == late
    assert (
        "us10y: its row of 2017-01-03 enters the panel at 2017-01-04 00:30 UTC and is public from "
        "2017-01-04 21:15 UTC (Federal Reserve Board, H.15" in found["us10y"]
    )


def test_what_else_the_catalogue_may_say_too_early_is_caught(market, monkeypatch):
    for name, wrong in {
        "btc_4h": {"interval": "1h"},
        "fomc": {"known_ahead": 365},
        "fed_funds": {"lag": replace(CATALOGUE["fed_funds"].lag, bank_holidays=False)},
    }.items():
        monkeypatch.setitem(CATALOGUE, name, replace(CATALOGUE[name], **wrong))
    monkeypatch.delitem(RULES, "vix")
    bars = timed(["2017-03-01T20:00Z", "2017-03-01T23:00Z"])
    found = {
        each.about for each in check_publication(market.raw | {"btc_4h": bars}, market.sessions)
    }
    assert found == {"btc_4h", "fomc", "fed_funds", "vix"}


@pytest.mark.parametrize(
    ("name", "date", "public"),
    [
        ("us10y", "2024-01-05", "2024-01-08T21:15Z"),
        ("fed_funds", "2024-10-11", "2024-10-15T13:00Z"),  # Columbus Day
        ("fed_assets", "2021-11-10", "2021-11-12T21:30Z"),  # Thursday is Veterans Day
        ("gold", "2024-07-01", "2024-07-01T15:00Z"),
    ],
)
def test_a_rule_knows_the_publishers_holidays(name, date, public):
    assert public_at(dated([date]), CATALOGUE[name]).iloc[0] == pd.Timestamp(public)


def test_a_yield_is_public_one_session_late_and_the_balance_sheet_on_thursday():
    wednesday, thursday = SESSIONS.get_indexer(pd.to_datetime(["2024-01-10", "2024-01-11"]))
    assert last_public_date(CATALOGUE["us10y"], SESSIONS, thursday) == pd.Timestamp("2024-01-10")
    raw = dated(["2024-01-03", "2024-01-10"])
    assert public_rows(raw, CATALOGUE["fed_assets"], SESSIONS, wednesday).tolist() == [True, False]
    assert public_rows(raw, CATALOGUE["fed_assets"], SESSIONS, thursday).all()


def test_a_bar_counts_once_it_has_ended_and_a_print_once_it_is_made():
    position = SESSIONS.get_loc("2024-01-10")
    instants = ["2024-01-10T20:00Z", "2024-01-10T21:00Z", "2024-01-11T00:30Z", "2024-01-11T00:31Z"]
    bars = public_rows(timed(instants), CATALOGUE["btc_4h"], SESSIONS, position)
    assert bars.tolist() == [True, False, False, False]
    prints = public_rows(timed(instants), CATALOGUE["btc_funding_binance"], SESSIONS, position)
    assert prints.tolist() == [True, True, True, False]


def test_an_event_is_known_when_it_happens_or_as_far_ahead_as_its_calendar():
    position = SESSIONS.get_loc("2024-01-10")
    events = pd.DataFrame(
        {
            "date": pd.to_datetime(["2024-01-10", "2024-01-31", "2024-01-12", "2024-12-18"]),
            "type": ["scheduled", "scheduled", "unscheduled", "scheduled"],
        }
    )
    known = public_rows(events, CATALOGUE["fomc"], SESSIONS, position)
    assert known.tolist() == [True, True, False, False]


def test_an_event_that_was_moved_is_expected_where_it_was_announced():
    events = pd.DataFrame(
        {
            "date": pd.to_datetime(["2024-02-02", "2024-02-20"]),
            "announced": pd.to_datetime([None, "2024-01-17"]),
            "withdrawn": pd.to_datetime(["2024-01-12", None]),
        }
    )
    for session, dates, withdrawn in (
        ("2024-01-11", ["2024-02-02"], [False]),
        ("2024-01-12", ["2024-02-02"], [True]),
        ("2024-01-17", ["2024-02-02", "2024-02-20"], [True, False]),
    ):
        known, later = split_market({"payrolls": events}, SESSIONS, SESSIONS.get_loc(session))
        assert list(known["payrolls"]["date"]) == list(pd.to_datetime(dates))
        assert known["payrolls"]["withdrawn"].notna().tolist() == withdrawn
        assert len(later["payrolls"]) == 2 - len(dates)


def test_of_later_index_changes_nothing_shows():
    raw = {
        "members_meta": pd.DataFrame(
            {"ticker": ["NEW", "OLD", "KEPT", "BACK"], "ndx_ever": [True, True, True, True]}
        ),
        "ndx_changes": pd.DataFrame(
            {
                "date": pd.to_datetime(["2023-12-01", "2024-02-01", "2024-03-01"]),
                "added_ticker": [None, "NEW", "BACK"],
                "removed_ticker": ["BACK", "OLD", None],
            }
        ),
    }
    known, later = split_market(raw, SESSIONS, SESSIONS.get_loc("2024-01-10"))
    assert list(known["ndx_changes"]["removed_ticker"]) == ["BACK"]
    assert len(later["ndx_changes"]) == 2
    assert known["members_meta"]["ndx_ever"].tolist() == [False, True, True, True]


def test_a_table_without_a_date_is_never_cut():
    meta = pd.DataFrame({"ticker": ["A"], "ndx_ever": [True]})
    assert public_rows(meta, CATALOGUE["members_meta"], SESSIONS, 0).all()
