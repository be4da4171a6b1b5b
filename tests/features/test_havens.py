"""Gold and its miners on real rows."""

import numpy as np
import pytest

DAY = "2022-09-26"


def test_miners_against_peak_gold_and_technology(real_panel, real_features):
    history, row = real_panel.loc[:DAY], real_features.loc[DAY]
    year = history["gdx"].tail(252)
    fall = year.iloc[-1] / year.max() - 1.0
    assert row["miners_drawdown_252"] == pytest.approx(fall)
    assert row["miners_drawdown_beyond_band"] == pytest.approx(-fall - 0.18)
    pair = np.log(history["gdx"] / history["gld"])
    assert row["miners_against_gold_21"] == pytest.approx(pair.iloc[-1] - pair.iloc[-22])
    returns = np.log(history[["gdx", "qqq"]]).diff().tail(60)
    expected = np.corrcoef(returns.to_numpy().T)[0, 1]
    assert row["miners_tech_correlation_60"] == pytest.approx(expected)


def test_gold_trend_and_the_level_to_watch(real_panel, real_features, settings):
    history, row = real_panel.loc[:DAY], real_features.loc[DAY]
    gold = history["gld"]
    assert row["gold_return_63"] == pytest.approx(np.log(gold.iloc[-1] / gold.iloc[-64]))
    assert row["gold_over_mean_200"] == pytest.approx(np.log(gold.iloc[-1] / gold[-200:].mean()))
    watch = np.log(history["gold"].iloc[-1] / settings["gold_watch_level"])
    assert row["gold_over_watch_level"] == pytest.approx(watch)


def test_gold_is_resilient_in_april_2025_and_not_in_september_2022(real_features):
    assert real_features.at["2025-04-16", "gold_resilient_flag"] == 1.0
    assert real_features.at[DAY, "gold_resilient_flag"] == 0.0


def test_net_asset_value_of_miners_is_missing_from_the_files(real_features):
    assert real_features["miners_nav_level"].isna().all()
