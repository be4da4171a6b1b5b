"""The dollar alone and with yields."""

import numpy as np
import pandas as pd
import pytest

from features.registry import compute

DAY = "2022-09-26"


def test_trend_momentum_and_volatility(real_panel, real_features):
    dollar = real_panel["dxy"].loc[:DAY]
    returns = np.log(dollar).diff()
    row = real_features.loc[DAY]
    assert row["dxy_over_mean_200"] == pytest.approx(np.log(dollar.iloc[-1] / dollar[-200:].mean()))
    assert row["dxy_momentum_10"] == pytest.approx(returns[-10:].sum())
    assert row["dxy_realised_21"] == pytest.approx(np.sqrt((returns[-21:] ** 2).mean() * 252))


def test_a_shock_is_measured_by_the_days_before_it(real_panel, real_features):
    returns = np.log(real_panel["dxy"].loc[:DAY]).diff()
    scale = np.sqrt((returns.iloc[:-1] ** 2).ewm(span=126).mean().iloc[-1])
    assert real_features.at[DAY, "dxy_shock"] == pytest.approx(returns.iloc[-1] / scale, rel=1e-3)


@pytest.fixture
def market():
    """Yields and dollar that move little, then jump together on the last session."""
    generator = np.random.default_rng(5)
    sessions = pd.bdate_range("2022-01-03", periods=400, name="session")
    yields = 3.0 + (generator.normal(size=400) * 0.01).cumsum()
    dollar = 100.0 * np.exp((generator.normal(size=400) * 0.002).cumsum())
    panel = pd.DataFrame({"us10y": yields, "dxy": dollar}, index=sessions)
    panel.iloc[-1] += [0.20, 3.0]
    return panel


def test_the_joint_flag_needs_both(market, settings):
    names = ["macro_joint_1", "macro_joint_5", "macro_joint_flag_5"]
    assert compute(market, settings, names)["macro_joint_flag_5"].iloc[-1] == 1.0
    market.iloc[-1, 0] -= 0.40
    row = compute(market, settings, names).iloc[-1]
    assert row["macro_joint_flag_5"] == 0.0
    assert row["macro_joint_1"] < 0.0


def test_persistent_strength_wants_yields_that_do_not_fall(market, settings):
    names = ["dollar_strength_streak", "dollar_persistent_flag"]
    market["dxy"] = 100.0 * np.exp(0.001 * np.arange(400))
    row = compute(market, settings, names).iloc[-1]
    assert row.tolist() == [63.0, 1.0]
    market["us10y"] = 4.0 - 0.01 * np.arange(400)
    assert compute(market, settings, names)["dollar_persistent_flag"].iloc[-1] == 0.0


def test_a_missing_part_makes_the_flag_missing(market, settings):
    market["us10y"] = np.nan
    names = ["macro_joint_flag_5", "dollar_persistent_flag"]
    assert compute(market, settings, names).isna().all(axis=None)
