import dataclasses

import numpy as np
import pytest
from scipy import stats

from models.evaluation.intervals import Resampling, permutation_p_values, skill_intervals
from models.evaluation.losses import log_losses

QUICK = Resampling(block=21, repetitions=400, permutations=199, seed=1)


def autocorrelated(generator, count, memory=0.95):
    noise = generator.normal(size=count)
    values = np.zeros(count)
    for t in range(1, count):
        values[t] = memory * values[t - 1] + noise[t] * np.sqrt(1 - memory**2)
    return values


def scenarios_of(values):
    return np.select([values > 1.0, values < -0.8], [1, 2], 0)


def leaning_to(values, strength):
    """Probabilities that lean with a score: to tightening-shock where it is high."""
    logits = np.column_stack([np.full_like(values, 0.7), strength * values, -strength * values])
    odds = np.exp(logits)
    return odds / odds.sum(axis=1, keepdims=True)


def test_interval_of_independent_losses_has_the_analytic_width():
    losses = np.random.default_rng(0).gamma(2.0, size=(2000, 1))
    settings = Resampling(block=1, repetitions=4000)
    low, high = skill_intervals(losses, np.ones(2000), settings)[0]
    error = losses.std() / np.sqrt(2000)
    assert (high - low) / 2 == pytest.approx(1.96 * error, rel=0.06)
    assert (high + low) / 2 == pytest.approx(1 - losses.mean(), abs=0.1 * error)


def test_interval_by_explicit_resampling():
    generator = np.random.default_rng(3)
    losses, reference = generator.gamma(2.0, size=(2, 130))
    settings = Resampling(block=50, repetitions=3000)
    found = skill_intervals(losses[:, None], reference, settings)[0]
    skills = []
    for _ in range(3000):
        starts = generator.integers(130, size=3)
        rows = np.concatenate([(s + np.arange(50)) % 130 for s in starts])[:130]
        skills.append(1 - losses[rows].mean() / reference[rows].mean())
    assert found == pytest.approx(np.quantile(skills, [0.025, 0.975]), abs=0.02)


def test_blocks_widen_the_interval_of_losses_that_persist():
    losses = 1 + 0.2 * autocorrelated(np.random.default_rng(4), 2000)[:, None]
    alone, blocks = (
        np.ptp(skill_intervals(losses, np.ones(2000), Resampling(block=block))) for block in (1, 63)
    )
    assert blocks > 3 * alone


def test_comparison_is_paired():
    losses = np.random.default_rng(5).gamma(2.0, size=(500, 1))
    same, close = losses[:, 0], losses[:, 0] + 0.01
    assert skill_intervals(losses, same, QUICK)[0] == pytest.approx([0.0, 0.0], abs=1e-12)
    low, high = skill_intervals(losses, close, QUICK)[0]
    assert 0 < low < high < 0.01


def test_intervals_of_noise_cover_zero():
    generator = np.random.default_rng(6)
    covered = []
    for _ in range(100):
        base = autocorrelated(generator, 1000, 0.8)
        losses = 1 + 0.1 * np.column_stack([base + autocorrelated(generator, 1000, 0.8), base])
        low, high = skill_intervals(losses[:, :1], losses[:, 1], QUICK)[0]
        covered.append(low <= 0 <= high)
    assert np.mean(covered) > 0.85


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others():
    losses = np.random.default_rng(7).gamma(2.0, size=(300, 2))
    first = skill_intervals(losses, losses[:, 0], QUICK)
    assert (first == skill_intervals(losses, losses[:, 0], QUICK)).all()
    other = dataclasses.replace(QUICK, seed=2)
    assert (first[1] != skill_intervals(losses, losses[:, 0], other)[1]).all()


def test_p_values_of_forecasts_that_know_nothing_are_uniform():
    generator = np.random.default_rng(8)
    p_values = [
        permutation_p_values(
            scenarios_of(autocorrelated(generator, 600)),
            [leaning_to(autocorrelated(generator, 600), 0.5)],
            QUICK,
        )[0]
        for _ in range(150)
    ]
    assert stats.kstest(p_values, "uniform").pvalue > 0.01


def test_p_value_of_an_informative_forecast_is_the_smallest_possible():
    values = autocorrelated(np.random.default_rng(9), 1000)
    y, proba = scenarios_of(values), leaning_to(values, 0.5)
    assert permutation_p_values(y, [proba], Resampling()) == pytest.approx([1 / 2001])


def test_p_value_of_an_unchanging_forecast_is_one():
    y = scenarios_of(autocorrelated(np.random.default_rng(10), 600))
    assert permutation_p_values(y, [np.tile([0.6, 0.25, 0.15], (600, 1))], QUICK) == [1.0]


def test_p_value_by_explicit_shuffling():
    generator = np.random.default_rng(11)
    values = autocorrelated(generator, 400)
    y = scenarios_of(values)
    proba = leaning_to(0.15 * values + autocorrelated(generator, 400), 0.5)
    found = permutation_p_values(y, [proba], dataclasses.replace(QUICK, permutations=2000))[0]
    as_good = 0
    for _ in range(2000):
        turned = np.roll(y, generator.integers(400))
        order = generator.permutation(20)
        rows = np.concatenate([np.arange(400)[b * 21 : (b + 1) * 21] for b in order])
        as_good += log_losses(turned[rows], proba).mean() <= log_losses(y, proba).mean()
    assert 0.01 < found < 0.99
    assert found == pytest.approx((1 + as_good) / 2001, abs=0.05)


def test_less_than_two_blocks_says_nothing():
    y = np.zeros(40, dtype=int)
    assert np.isnan(skill_intervals(np.ones((40, 2)), np.ones(40), QUICK)).all()
    assert np.isnan(permutation_p_values(y, [np.full((40, 3), 1 / 3)], QUICK)).all()
