import numpy as np
import pytest

from models.scenarios import BASE, REFLATION, TIGHTENING_SHOCK
from pipeline.settings.simulated import SimulatedSettings
from pipeline.simulation.regimes import simulate


@pytest.fixture(scope="module")
def long_chain():
    return simulate(200_000, SimulatedSettings())


def stays(codes, regime):
    edges = np.flatnonzero(np.diff(np.concatenate([[-1], codes, [-1]])))
    return np.diff(edges)[codes[edges[:-1]] == regime]


@pytest.mark.parametrize(
    ("regime", "low", "high"), [(BASE, 50, 75), (TIGHTENING_SHOCK, 20, 35), (REFLATION, 25, 40)]
)
def test_stays_are_as_long_as_documented(long_chain, regime, low, high):
    assert low < stays(long_chain.codes, regime).mean() < high


@pytest.mark.parametrize(
    ("regime", "share"), [(BASE, 0.62), (TIGHTENING_SHOCK, 0.15), (REFLATION, 0.23)]
)
def test_shares_are_near_those_of_the_real_labels(long_chain, regime, share):
    assert (long_chain.codes == regime).mean() == pytest.approx(share, abs=0.04)


def test_pressure_comes_before_shocks(long_chain):
    base = long_chain.codes[:-10] == BASE
    soon = np.zeros(len(base), dtype=bool)
    for ahead in range(1, 11):
        soon |= long_chain.codes[ahead : len(base) + ahead] == TIGHTENING_SHOCK
    pressure = long_chain.pressure[:-10]
    tense, relaxed = base & (pressure > 1.0), base & (pressure < -1.0)
    assert soon[tense].mean() > 5 * soon[relaxed].mean()


def test_without_signal_nothing_observable_depends_on_the_regime():
    silent = simulate(5_000, SimulatedSettings(signal=0.0))
    assert (silent.tilt == 0.0).all()
    assert (silent.lean == 0.0).all()
    assert (silent.pressure == 0.0).all()
    assert (silent.scale((0.5, 2.0, 1.5)) == 1.0).all()


def test_a_scale_moves_towards_each_regimes_ratio(long_chain):
    scale = long_chain.scale((0.5, 2.0, 1.0))
    assert 0.5 <= scale.min() < scale.max() <= 2.0
    late = np.flatnonzero(stays_of_at_least(long_chain.codes, TIGHTENING_SHOCK, 30))
    assert scale[late] == pytest.approx(2.0, rel=0.01)


def stays_of_at_least(codes, regime, sessions):
    kernel = np.ones(sessions)
    inside = np.convolve(codes == regime, kernel)[: len(codes)]
    return inside == sessions
