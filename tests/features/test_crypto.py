"""Funding, open interest, the flywheel, the weekend and bitcoin's long marks."""

import numpy as np
import pandas as pd
import pytest

from features.registry import compute

DAY = "2024-08-05"


def test_funding_level_week_zscore_and_streak(real_panel, real_features):
    for coin in ("btc", "eth"):
        funding, row = real_panel[f"{coin}_funding"].loc[:DAY], real_features.loc[DAY]
        assert row[f"{coin}_funding_level"] == funding.iloc[-1]
        assert row[f"{coin}_funding_week"] == pytest.approx(funding.tail(5).mean())
        quarter = funding.tail(63)
        expected = (quarter.iloc[-1] - quarter.mean()) / quarter.std()
        assert row[f"{coin}_funding_zscore_63"] == pytest.approx(expected)


def test_a_funding_streak_carries_the_sign_of_who_pays(settings):
    sessions = pd.bdate_range("2024-01-01", periods=8, name="session")
    rates = [0.1, 0.2, 0.1, -0.1, -0.2, np.nan, 0.0, 0.3]
    panel = pd.DataFrame({"btc_funding": rates}, index=sessions)
    streaks = compute(panel, settings, ["btc_funding_streak"])["btc_funding_streak"]
    assert streaks.dropna().tolist() == [1.0, 2.0, 3.0, -1.0, -2.0, 0.0, 1.0]
    assert np.isnan(streaks.iloc[5])


def test_open_interest_adds_up_changes_across_vendors(real_panel, real_features):
    """The vendors' handover of November 2024 shows no jump, and no level is spliced."""
    changes = real_panel["btc_oi_change"].loc[:"2024-11-25"].tail(10)
    found = real_features.at["2024-11-25", "btc_open_interest_change_10"]
    assert found == pytest.approx(changes.sum())
    assert abs(found) < 0.3


def test_leverage_is_open_interest_against_market_value(real_panel, real_features):
    history = real_panel.loc[:DAY]
    moved = np.log(history["btc"].iloc[-1] / history["btc"].iloc[-22])
    expected = history["btc_oi_change"].tail(21).sum() - moved
    assert real_features.at[DAY, "btc_leverage_change_21"] == pytest.approx(expected)
    scaled = np.log(history["btc_oi_all"] / history["btc"]).tail(252)
    expected = (scaled.iloc[-1] - scaled.mean()) / scaled.std()
    assert real_features.at[DAY, "btc_leverage_zscore_252"] == pytest.approx(expected)


@pytest.fixture
def market():
    """Bitcoin in small steps, its open interest still; callers plant what happens."""
    generator = np.random.default_rng(9)
    sessions = pd.bdate_range("2024-01-01", periods=120, name="session")
    steps = generator.normal(size=120) * 0.01
    close = 50_000.0 * np.exp(steps.cumsum())
    panel = pd.DataFrame(
        {"btc": close, "btc.high": close * 1.01, "btc.low": close * 0.99}, index=sessions
    )
    panel["btc_oi_change"] = generator.normal(size=120) * 0.01
    return panel


def plant(panel, row, move, interest, spread=0.02):
    """A move of price and open interest at a row, kept from then on."""
    panel.loc[panel.index[row] :, ["btc", "btc.high", "btc.low"]] *= np.exp(move)
    panel.iloc[row, panel.columns.get_loc("btc.high")] *= np.exp(spread)
    panel.iloc[row, panel.columns.get_loc("btc_oi_change")] = interest


def test_expansion_while_falling_and_reset_are_opposites(market, settings):
    names = ["btc_expansion_falling_flag", "btc_reset_flag"]
    plant(market, 100, move=-0.10, interest=0.15)
    plant(market, 110, move=-0.10, interest=-0.30)
    flags = compute(market, settings, names)
    assert flags.iloc[100].tolist() == [1.0, 0.0]
    assert flags.iloc[110].tolist() == [0.0, 1.0]
    assert flags.iloc[119].tolist() == [0.0, 0.0]


def test_liquidation_pressure_needs_price_and_open_interest_to_fall(market, settings):
    plant(market, 90, move=-0.10, interest=-0.20, spread=0.15)
    plant(market, 100, move=-0.10, interest=0.20, spread=0.15)
    plant(market, 110, move=0.10, interest=-0.20, spread=0.15)
    pressure = compute(market, settings, ["btc_liquidation_pressure"]).iloc[:, 0]
    assert pressure.iloc[90] > 2.0
    assert pressure.iloc[[100, 110]].tolist() == [0.0, 0.0]


def test_the_flywheel_turns_stage_by_stage(market, settings):
    stage = compute(market, settings, ["flywheel_stage"])["flywheel_stage"]
    assert (stage.dropna() == 0.0).all()
    plant(market, 90, move=-0.08, interest=0.05, spread=0.0)
    plant(market, 92, move=-0.08, interest=-0.20, spread=0.15)
    plant(market, 95, move=-0.08, interest=-0.10, spread=0.10)
    stage = compute(market, settings, ["flywheel_stage"])["flywheel_stage"]
    assert stage.iloc[[89, 90, 92, 95]].tolist() == [0.0, 1.0, 4.0, 5.0]
    assert stage.iloc[96] == 4.0
    assert stage.iloc[119] == 0.0


def test_a_drop_after_the_first_wave_has_left_the_stretch_is_no_second_one(market, settings):
    """Four stages had been reached by the session before; of today's ten sessions only a drop."""
    plant(market, 90, move=-0.08, interest=-0.20, spread=0.15)
    plant(market, 100, move=-0.30, interest=0.05, spread=0.0)
    stage = compute(market, settings, ["flywheel_stage"])["flywheel_stage"]
    assert stage.iloc[[90, 99, 100]].tolist() == [4.0, 4.0, 1.0]


def test_the_flywheel_is_known_once_its_stretch_is(market, settings):
    """No second wave is possible at the first such session: nothing about it is missing."""
    stage = compute(market, settings, ["flywheel_stage"])["flywheel_stage"]
    turns = compute(market, settings, ["btc_liquidation_pressure"])["btc_liquidation_pressure"]
    first_known = turns.index.get_loc(turns.first_valid_index())
    assert stage.index.get_loc(stage.first_valid_index()) == first_known + 9


def test_the_flywheel_does_not_guess_without_open_interest(market, settings):
    market["btc_oi_change"] = np.nan
    assert compute(market, settings, ["flywheel_stage"]).isna().all(axis=None)


def test_the_flywheel_reaches_the_second_wave_in_march_2020(real_features):
    assert real_features.at["2020-03-12", "flywheel_stage"] == 5.0
    assert real_features.at["2024-08-05", "flywheel_stage"] >= 4.0


def test_amplification_compares_the_same_session(real_panel, real_features):
    history = real_panel.loc[:DAY]
    norm = {
        name: np.log(history[name]).diff().iloc[-1]
        / np.sqrt((np.log(history[name]).diff().tail(63) ** 2).mean())
        for name in ("btc", "qqq")
    }
    spread = np.log(history["btc.high"] / history["btc.low"]).tail(63)
    spread = spread.iloc[-1] / np.sqrt((spread**2).mean())
    row = real_features.loc[DAY]
    assert row["btc_move_amplification"] == pytest.approx(norm["btc"] - norm["qqq"])
    assert row["btc_range_amplification"] == pytest.approx(spread - abs(norm["qqq"]))


def test_the_weekend_is_held_until_the_next(real_panel, real_features):
    btc = real_panel["btc"]
    weekend = np.log(btc.at["2024-08-05"] / btc.at["2024-08-02"])
    week = real_features.loc["2024-08-05":"2024-08-09", "btc_weekend_move"]
    np.testing.assert_allclose(week, weekend)
    assert weekend < -0.1
    volume = real_panel["btc.volume"].loc["2024-07-30":"2024-08-05"]
    expected = volume.iloc[-1] / volume.sum()
    assert real_features.at[DAY, "btc_weekend_volume_share"] == pytest.approx(expected)


def test_a_holiday_monday_belongs_to_the_weekend(real_panel, real_features):
    btc = real_panel["btc"]
    weekend = np.log(btc.at["2024-09-03"] / btc.at["2024-08-30"])
    assert real_features.at["2024-09-04", "btc_weekend_move"] == pytest.approx(weekend)


def test_drawdown_and_long_marks(real_panel, real_features, settings):
    btc, row = real_panel["btc"].loc[:"2022-06-17"], real_features.loc["2022-06-17"]
    fall = btc.iloc[-1] / btc.max() - 1.0
    assert row["btc_drawdown"] == pytest.approx(fall)
    assert row["btc_drawdown_beyond_band"] == pytest.approx(-fall - 0.50)
    expected = np.log(btc.iloc[-1] / btc.tail(1000).mean())
    assert row["btc_over_mean_200_weeks"] == pytest.approx(expected)
    low = settings["btc_zone"][0]
    assert row["btc_beyond_zone"] == pytest.approx(np.log(btc.iloc[-1] / low))


def test_what_nobody_publishes_is_missing(real_features):
    names = [
        "btc_long_liquidations",
        "btc_short_liquidations",
        "long_short_log_ratio",
        "stablecoin_supply_change_21",
        "fear_greed_level",
    ]
    assert real_features[names].isna().all(axis=None)


def test_liquidations_are_a_share_of_open_interest_within_one_vendor(settings):
    """A handover to a vendor ten times smaller is no jump; twice the share is."""
    sessions = pd.bdate_range("2024-01-01", periods=200, name="session")
    big = np.where(np.arange(200) < 100, 2e10, np.nan)
    columns = {"btc_oi_all": big, "btc_oi_all_b": np.nan, "btc_oi_coinm": 2e9}
    columns["btc_oi_bybit"] = np.nan
    panel = pd.DataFrame(columns, index=sessions)
    panel["btc_liquidations_long"] = panel["btc_liquidations_short"] = 2e8
    panel.iloc[-1, -1] *= 2.0
    names = ["btc_long_liquidations", "btc_short_liquidations"]
    values = compute(panel, settings, names).dropna()
    np.testing.assert_allclose(values.iloc[:-1], 1.0)
    assert values.iloc[-1, 0] == pytest.approx(1.0)
    assert values.iloc[-1, 1] == pytest.approx(2.0 / np.sqrt((62 + 4) / 63))
