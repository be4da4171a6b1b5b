"""Scores of tail forecasts against what they must prefer, and coverage against what it must see."""

import numpy as np
import pytest
from scipy.stats import binom, norm

from models.evaluation.tails import coverage, fz0_losses, pinball_losses

RANDOM = np.random.default_rng(11)
OUTCOMES = RANDOM.normal(0.0, 0.02, 200_000)
VAR, SHORTFALL = 0.02 * norm.ppf(0.05), -0.02 * norm.pdf(norm.ppf(0.05)) / 0.05


def mean_fz0(var: float, shortfall: float, unit: float = 1.0) -> float:
    count = len(OUTCOMES)
    var, shortfall = var * unit, shortfall * unit
    losses = fz0_losses(OUTCOMES * unit, np.full(count, var), np.full(count, shortfall), 0.05)
    return float(losses.mean())


@pytest.mark.parametrize(("wider", "deeper"), [(1.2, 1.2), (0.8, 0.8), (1.0, 1.3), (1.2, 1.0)])
def test_the_joint_score_is_least_for_the_true_pair(wider: float, deeper: float) -> None:
    assert mean_fz0(VAR, SHORTFALL) < mean_fz0(VAR * wider, SHORTFALL * deeper)


def test_its_differences_have_no_unit() -> None:
    off = mean_fz0(VAR * 1.2, SHORTFALL * 1.2) - mean_fz0(VAR, SHORTFALL)
    scaled = mean_fz0(VAR * 1.2, SHORTFALL * 1.2, 7.0) - mean_fz0(VAR, SHORTFALL, 7.0)
    assert scaled == pytest.approx(off)


def test_pinball_prefers_the_true_quantiles() -> None:
    levels = np.array([0.05, 0.5, 0.95])
    true = np.tile(0.02 * norm.ppf(levels), (len(OUTCOMES), 1))
    best = pinball_losses(OUTCOMES, true, levels).mean()
    assert best < pinball_losses(OUTCOMES, true * 1.1, levels).mean()
    assert best < pinball_losses(OUTCOMES, true * 0.9, levels).mean()


def test_coverage_refuses_a_wrong_share_and_hits_that_come_together() -> None:
    single = RANDOM.random(2000) < 0.05
    assert coverage(single, 0.05, 1).kupiec_p > 0.01
    assert coverage(RANDOM.random(2000) < 0.09, 0.05, 1).kupiec_p < 1e-3
    together = np.zeros(2000, dtype=bool)
    together[:100] = True
    found = coverage(together, 0.05, 1)
    assert found.share == 0.05
    assert found.kupiec_p == pytest.approx(1.0)
    assert found.christoffersen_p < 1e-6


def test_kupiec_is_about_the_binomial_test() -> None:
    hits = np.arange(1000) < 65
    exact = 2 * binom.sf(64, 1000, 0.05)
    assert coverage(RANDOM.permutation(hits), 0.05, 1).kupiec_p == pytest.approx(exact, abs=0.02)


def test_outcomes_that_overlap_are_tested_apart() -> None:
    """Ten copies of each outcome hold no more evidence than one."""
    hits = RANDOM.random(160) < 0.09
    once = coverage(hits, 0.05, 1)
    assert coverage(np.repeat(hits, 10), 0.05, 10).kupiec_p == pytest.approx(once.kupiec_p)
