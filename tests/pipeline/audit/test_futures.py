"""Other futures keep the past as it is and leave nothing of the true future."""

import pandas as pd
import pytest

from pipeline.audit.counterfactuals import FUTURES, GARBAGE_SESSIONS, scrambled, truncated
from pipeline.audit.publication import public_rows
from pipeline.catalogue import CATALOGUE


@pytest.fixture(scope="module")
def position(market):
    return int(market.sessions.get_loc("2018-06-15"))


@pytest.mark.parametrize("how", FUTURES)
def test_the_past_stays_row_by_row(how, market, position):
    other = FUTURES[how](market, position)
    for name, frame in market.raw.items():
        public = public_rows(frame, CATALOGUE[name], market.sessions, position)
        found = other.raw[name]
        found = found[public_rows(found, CATALOGUE[name], market.sessions, position)]
        pd.testing.assert_frame_equal(
            found.reset_index(drop=True).drop(columns="ndx_ever", errors="ignore"),
            frame[public].reset_index(drop=True).drop(columns="ndx_ever", errors="ignore"),
        )


def test_nothing_is_left_after_the_cut(market, position):
    other = truncated(market, position)
    assert other.sessions[-1] == pd.Timestamp("2018-06-15")
    for name, frame in other.raw.items():
        assert public_rows(frame, CATALOGUE[name], market.sessions, position).all()
    assert other.raw["us10y"]["date"].max() == pd.Timestamp("2018-06-14")
    assert other.raw["btc"]["time"].max() == pd.Timestamp("2018-06-15T00:00Z")


def test_garbage_is_legal_data_and_no_true_value_stays_in_place(market, position):
    other = scrambled(market, position)
    assert len(other.sessions) == min(position + 1 + GARBAGE_SESSIONS, len(market.sessions))
    for name, (clock, column) in {
        "us10y": ("date", "value"),
        "qqq": ("date", "value"),
        "btc": ("time", "close"),
        "btc_funding_bitmex": ("time", "rate"),
    }.items():
        series, true = CATALOGUE[name], market.raw[name]
        future = other.raw[name][public_rows(true, series, market.sessions, position).sum() :]
        assert future[clock].is_monotonic_increasing
        assert future[column].between(*series.valid).all()
        both = future.merge(true, on=clock, suffixes=("", "_true"))
        assert len(both) > 0.8 * (true[clock] > future[clock].iloc[0]).sum()
        assert (both[column] != both[f"{column}_true"]).mean() > 0.9


def test_garbage_bars_are_bars(market, position):
    bars = scrambled(market, position).raw["btc"]
    assert (bars["high"] >= bars[["open", "close", "low"]].max(axis=1)).all()
    assert (bars["low"] <= bars[["open", "close", "high"]].min(axis=1)).all()


def test_later_events_are_postponed(market, position):
    true, garbage = market.raw["fomc"], scrambled(market, position).raw["fomc"]
    known, kept = (
        public_rows(rows, CATALOGUE["fomc"], market.sessions, position) for rows in (true, garbage)
    )
    assert garbage["date"].is_monotonic_increasing
    assert garbage["date"][~kept].min() > true["date"][~known].min()


def test_the_same_cut_has_the_same_garbage(market, position):
    one, two = scrambled(market, position), scrambled(market, position)
    pd.testing.assert_frame_equal(one.raw["vix"], two.raw["vix"])
