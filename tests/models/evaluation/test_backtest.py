"""Performance of a position, late and after costs, and differences of Sharpe."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.evaluation.backtest import held, net_returns, performance, sharpe_difference
from models.evaluation.intervals import Resampling

RETURNS = np.random.default_rng(0).normal(0.0003, 0.01, 500)
NO_BILL = np.zeros(500)
LONGEST = 5


def followed(exposure, delay, cost=0.0):
    scored = slice(LONGEST + 1, None)
    position = held(exposure, delay, LONGEST)
    return performance(position, RETURNS[scored], NO_BILL[scored], cost)


def test_performance_by_hand():
    position, returns = np.array([1.0, 0.5, 0.5]), np.array([0.10, -0.20, 0.10])
    found = performance(position, returns, np.full(3, 0.001), cost=0.01)
    net = np.array([0.10, -0.10 + 0.0005 - 0.005, 0.05 + 0.0005])
    wealth, above = np.cumprod(1 + net), net - 0.001
    assert found.annual_return == pytest.approx(wealth[-1] ** 84 - 1)
    assert found.annual_volatility == pytest.approx(np.std(net, ddof=1) * np.sqrt(252))
    assert found.sharpe == pytest.approx(above.mean() / above.std() * np.sqrt(252))
    assert found.max_drawdown == pytest.approx(wealth[1] / wealth[0] - 1)
    assert found.calmar == pytest.approx(found.annual_return / -found.max_drawdown)
    assert found.expected_shortfall == pytest.approx(net[1])
    assert found.turnover_per_year == pytest.approx(0.5 * 84)
    assert found.mean_exposure == pytest.approx(2 / 3)


def test_a_loss_on_the_first_session_is_a_drawdown():
    found = performance(np.ones(2), np.array([-0.1, 0.2]), np.zeros(2), 0.0)
    assert found.max_drawdown == pytest.approx(-0.1)


def test_a_position_that_is_all_cash_has_no_sharpe_and_no_calmar():
    found = performance(np.zeros(9), RETURNS[:9], np.full(9, 0.0001), 0.001)
    assert (found.sharpe, found.calmar, found.max_drawdown) == (None, None, 0.0)


def test_an_exposure_earns_the_return_of_the_next_session_and_later_with_delay():
    # Whoever knows tomorrow's sign tonight loses nothing at delay 0, and no longer at delay 1.
    oracle = np.append(RETURNS[1:] > 0, 0.0).astype(float)
    assert followed(oracle, 0).max_drawdown == 0.0
    assert followed(oracle, 1).max_drawdown < -0.05


def test_today_s_return_is_not_earned_by_today_s_decision():
    assert followed((RETURNS > 0).astype(float), 0).annual_return < 1.0


def test_every_position_by_explicit_lookup():
    exposure = np.random.default_rng(1).random(500)
    for delay in (0, 1, 5):
        wealth = 1.0
        for session in range(6, 500):
            wealth *= 1 + exposure[session - 1 - delay] * RETURNS[session]
        assert followed(exposure, delay).annual_return == pytest.approx(wealth ** (252 / 494) - 1)


@given(st.floats(0.0, 1.0), st.floats(0.0, 0.01))
def test_a_constant_exposure_costs_nothing_and_scales_volatility(share, cost):
    found = followed(np.full(500, share), 3, cost)
    assert found.turnover_per_year == 0.0
    whole = followed(np.ones(500), 0)
    assert found.annual_volatility == pytest.approx(share * whole.annual_volatility)


def test_costs_are_paid_on_what_is_traded():
    exposure = np.arange(500) % 2.0
    position = held(exposure, 0, LONGEST)
    flat = np.zeros(len(position))
    assert performance(position, flat, flat, 0.001).annual_return == pytest.approx(
        0.999**252 - 1, rel=0.01
    )


@pytest.mark.parametrize(
    ("exposure", "delay", "message"),
    [
        (np.full(9, 0.5), -1, "a delay of -1 would trade before deciding"),
        (np.full(9, 1.5), 0, "exposure is 1.5"),
        (np.full(9, np.nan), 0, "exposure is nan"),
        (np.full(6, 0.5), 0, "6 sessions are too few .* at least 8"),
    ],
)
def test_errors_name_what_was_found(exposure, delay, message):
    with pytest.raises(ValueError, match=message):
        held(exposure, delay, LONGEST)


def test_a_difference_of_sharpe_has_an_interval_that_knows_noise_from_skill():
    bill, drawn = np.zeros(2000), np.random.default_rng(2)
    market = drawn.normal(0.0003, 0.01, 2000)
    plain = net_returns(np.ones(2000), market, bill, 0.0)
    skilled = net_returns(np.where(market < -0.01, 0.5, 1.0), market, bill, 0.0)
    noisy = net_returns(drawn.choice([0.9, 1.0], 2000), market, bill, 0.0)
    settings = Resampling(block=21, repetitions=300)
    value, low, _high = sharpe_difference(skilled[:, None], plain[:, None], settings)
    assert value > low > 0.3
    value, low, high = sharpe_difference(noisy[:, None], plain[:, None], settings)
    assert low < 0 < high
    assert sharpe_difference(plain[:, None], plain[:, None], settings) == (0.0, 0.0, 0.0)
    assert np.isnan(sharpe_difference(noisy[:30, None], plain[:30, None], settings)[1])
