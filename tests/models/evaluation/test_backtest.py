import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.evaluation.backtest import BacktestSettings, performance, tier_backtest

SESSIONS = pd.bdate_range("2020-01-01", periods=500, name="session")
RETURNS = pd.Series(np.random.default_rng(0).normal(0.0003, 0.01, 500), index=SESSIONS)
FREE = BacktestSettings(delays=(0, 1, 5), cost=0.0)


def test_performance_by_hand():
    held, returns = np.array([1.0, 0.5, 0.5]), np.array([0.10, -0.20, 0.10])
    found = performance(held, returns, cost=0.01)
    net = np.array([0.10, -0.10 - 0.005, 0.05])
    wealth = np.cumprod(1 + net)
    assert found.annual_return == pytest.approx(wealth[-1] ** 84 - 1)
    assert found.annual_volatility == pytest.approx(np.std(net, ddof=1) * np.sqrt(252))
    assert found.max_drawdown == pytest.approx(wealth[1] / wealth[0] - 1)
    assert found.turnover_per_year == pytest.approx(0.5 * 84)
    assert found.mean_exposure == pytest.approx(2 / 3)


def test_a_loss_on_the_first_session_is_a_drawdown():
    assert performance(np.ones(2), np.array([-0.1, 0.2]), 0.0).max_drawdown == pytest.approx(-0.1)


def test_an_exposure_earns_the_return_of_the_next_session_and_later_with_delay():
    # Whoever knows tomorrow's sign tonight loses nothing at delay 0, and no longer at delay 1.
    oracle = (RETURNS.shift(-1) > 0).astype(float)
    found = tier_backtest(oracle, RETURNS, FREE)
    assert found["delay_0"]["max_drawdown"] == 0.0
    assert found["delay_1"]["max_drawdown"] < -0.05
    assert found["delay_0"]["annual_return"] > 1.0 > found["delay_1"]["annual_return"]


def test_today_s_return_is_not_earned_by_today_s_decision():
    hindsight = (RETURNS > 0).astype(float)
    assert tier_backtest(hindsight, RETURNS, FREE)["delay_0"]["annual_return"] < 1.0


def test_every_position_by_explicit_lookup():
    exposure = pd.Series(np.random.default_rng(1).random(500), index=SESSIONS)
    found = tier_backtest(exposure, RETURNS, FREE)
    for delay in FREE.delays:
        wealth = 1.0
        for session in range(6, 500):
            wealth *= 1 + exposure.iloc[session - 1 - delay] * RETURNS.iloc[session]
        expected = wealth ** (252 / 494) - 1
        assert found[f"delay_{delay}"]["annual_return"] == pytest.approx(expected)


def test_comparisons_are_on_the_same_sessions():
    exposure = pd.Series(np.where(np.arange(500) % 50 < 25, 1.0, 0.2), index=SESSIONS)
    found = tier_backtest(exposure, RETURNS, FREE)
    hold = performance(np.ones(494), RETURNS.to_numpy()[6:], 0.0)
    assert found["buy_and_hold"]["annual_return"] == pytest.approx(hold.annual_return)
    assert found["constant"]["mean_exposure"] == pytest.approx(found["delay_0"]["mean_exposure"])
    assert found["constant"]["turnover_per_year"] == 0.0


@given(st.floats(0.0, 1.0), st.floats(0.0, 0.01))
def test_a_constant_exposure_costs_nothing_and_scales_volatility(share, cost):
    exposure = pd.Series(share, index=SESSIONS)
    found = tier_backtest(exposure, RETURNS, BacktestSettings((0, 3), cost))
    assert found["delay_0"] == found["delay_3"] == pytest.approx(found["constant"])
    assert found["delay_0"]["turnover_per_year"] == 0.0
    assert found["delay_0"]["annual_volatility"] == pytest.approx(
        share * found["buy_and_hold"]["annual_volatility"]
    )


def test_costs_are_paid_on_what_is_traded():
    exposure = pd.Series(np.arange(500) % 2, index=SESSIONS, dtype=float)
    settings = BacktestSettings(delays=(0,), cost=0.001)
    found = tier_backtest(exposure, 0.0 * RETURNS, settings)["delay_0"]
    assert found["turnover_per_year"] == pytest.approx(252, rel=0.01)
    assert found["annual_return"] == pytest.approx(0.999**252 - 1, rel=0.01)


@pytest.mark.parametrize(
    ("exposure", "returns", "delays", "message"),
    [
        (pd.Series(0.5, SESSIONS), RETURNS, (-1,), "a delay of -1 would trade before deciding"),
        (pd.Series(1.5, SESSIONS), RETURNS, (0,), "exposure is 1.5 on 2020-01-01"),
        (pd.Series(np.nan, SESSIONS), RETURNS, (0,), "exposure is nan"),
        (pd.Series(0.5, SESSIONS), RETURNS.drop(SESSIONS[9]), (0,), "no return on 2020-01-14"),
        (pd.Series(0.5, SESSIONS[:6]), RETURNS, (10,), "6 sessions are too few .* at least 13"),
    ],
)
def test_errors_name_what_was_found(exposure, returns, delays, message):
    with pytest.raises(ValueError, match=message):
        tier_backtest(exposure, returns, BacktestSettings(delays=delays))
