"""Bars that fit together, and the liquidation flywheel (S19)."""

import numpy as np
import pandas as pd
import pytest

from models.scenarios import TIGHTENING_SHOCK
from pipeline.settings.simulated import SimulatedSettings
from pipeline.simulation import bitcoin, equity_market, regimes
from pipeline.simulation.timeline import Timeline


@pytest.fixture(scope="module")
def days():
    """Three seeds' bitcoin, day by day."""
    tables = []
    for seed in range(3):
        settings = SimulatedSettings(start="2012-01-03", seed=seed)
        timeline = Timeline(settings.start, settings.end)
        chain = regimes.simulate(len(timeline.sessions), settings)
        path = bitcoin.simulate(timeline, chain, equity_market.simulate(chain, seed), seed)
        tables.append(
            pd.DataFrame(
                {
                    "move": path.returns,
                    "size": np.abs(path.returns),
                    "longs": path.long_share,
                    "shorts": path.short_share,
                    "leverage": path.leverage,
                    "deviation": path.volatility,
                    "regime": chain.codes[path.session],
                    "weekend": path.days.day_of_week >= 5,
                }
            )
        )
    return tables


def around(days, column, ahead):
    """Values ``ahead`` days after days of heavy liquidation, and after all others."""
    heavy = [t[column].shift(-ahead)[t["longs"] > 0.02] for t in days]
    others = [t[column].shift(-ahead)[t["longs"] <= 0.02] for t in days]
    return pd.concat(heavy), pd.concat(others)


def test_falls_liquidate_longs_and_rises_shorts(days):
    table = pd.concat(days)
    assert table.loc[table["move"] < -0.10, "longs"].min() > 0.01
    assert table.loc[table["move"] < -0.10, "shorts"].max() < 0.01
    assert table.loc[table["move"] > 0.10, "shorts"].min() > 0.005


def test_liquidations_compress_open_interest_and_raise_volatility(days):
    change = pd.concat([t["leverage"].diff()[t["longs"] > 0.02] for t in days])
    assert change.mean() < -0.04
    after, usual = around(days, "size", 1)
    assert after.mean() > 1.4 * usual.mean()


def test_a_second_wave_follows_until_leverage_is_flushed_out(days):
    """Within tightening-shocks, next-day moves in their own standard deviations."""
    shocks = pd.concat(
        [
            t.assign(next=(t["move"] / t["deviation"]).shift(-1))[t["regime"] == TIGHTENING_SHOCK]
            for t in days
        ]
    )
    heavy, flushed = shocks["longs"] > 0.015, shocks["leverage"] <= -0.15
    usual = shocks.loc[~heavy, "next"].mean()
    assert shocks.loc[heavy & ~flushed, "next"].mean() < usual - 0.1
    assert shocks.loc[heavy & flushed, "next"].mean() > max(usual, 0.1)


def test_weekends_are_quieter(days):
    table = pd.concat(days)
    assert table[table["weekend"]]["move"].std() < 0.9 * table[~table["weekend"]]["move"].std()


def test_liquidations_in_dollars_are_shares_of_open_interest(market):
    longs = market.series["btc_liquidations_long"].set_index("time")["value"]
    total = market.series["btc_oi_all"].set_index("time")["value"]
    share = (longs / total.shift(1)).dropna()
    assert share.between(0.0, 0.33).all()
    fall = np.log(market.series["btc"].set_index("time")["close"]).diff()
    fall.index = fall.index + pd.Timedelta(days=1)
    fall = fall.reindex(share.index)
    assert share[fall < -0.06].median() > 5 * share[fall > -0.02].median()


@pytest.mark.parametrize(
    ("coarse", "fine", "hours"), [("btc_4h", "btc_1h", 4), ("btc", "btc_4h", 24)]
)
def test_longer_bars_are_made_of_shorter_ones(market, coarse, fine, hours):
    small = market.series[fine].set_index("time")
    made = small.resample(f"{hours}h").agg(
        {"open": "first", "high": "max", "low": "min", "close": "last"}
    )
    given = market.series[coarse].set_index("time").reindex(made.index)
    pd.testing.assert_frame_equal(given[made.columns], made, check_freq=False)


@pytest.mark.parametrize("name", ["btc", "eth", "btc_4h", "btc_1h"])
def test_bars_are_whole(market, name):
    bars = market.series[name]
    assert (bars["high"] >= bars[["open", "close"]].max(axis=1)).all()
    assert (bars["low"] <= bars[["open", "close"]].min(axis=1)).all()
    assert (bars["volume"] > 0).all()
    np.testing.assert_array_equal(bars["open"].iloc[1:], bars["close"].iloc[:-1])
    assert bars["time"].diff().iloc[1:].nunique() == 1


def test_vendors_differ_in_level_and_agree_in_change(market):
    all_, coin = (
        market.series[n].set_index("time")["value"] for n in ("btc_oi_all", "btc_oi_coinm")
    )
    both = pd.concat([all_, coin], axis=1, keys=["all", "coin"]).dropna()
    assert len(both) > 1000
    assert (both["all"] / both["coin"]).min() > 5.0
    changes = np.log(both).diff()
    assert changes["all"].corr(changes["coin"]) > 0.7


def test_funding_has_its_intervals_and_its_dead_band(market):
    early, late = market.series["btc_funding_bitmex"], market.series["btc_funding_binance"]
    change = pd.Timestamp("2016-06-04", tz="UTC")
    assert set(early.loc[early["time"] < change, "interval_hours"]) == {24.0}
    assert set(early.loc[early["time"] >= change, "interval_hours"]) == {8.0}
    assert set(late["time"].dt.hour) == {0, 8, 16}
    assert 0.3 < (late["rate"] == 0.0001).mean() < 0.8
    assert (late["rate"] * 3 * 365).mean() == pytest.approx(0.10, abs=0.08)
