"""The tail read off weighted outcomes."""

import numpy as np
import pytest

from models.risk.sample import Sample


def test_the_tail_of_equal_outcomes_is_their_worst_share() -> None:
    values = np.random.default_rng(1).permutation(np.arange(1.0, 101.0))[np.newaxis]
    var, shortfall = Sample.of(values).tail(0.05)
    assert var[0] == 5.0
    assert shortfall[0] == pytest.approx(np.mean([1, 2, 3, 4, 5]))


def test_a_weight_moves_the_tail_and_the_outcome_at_its_edge_counts_in_part() -> None:
    values, weights = np.array([[0.0, -1.0, 2.0]]), np.array([[6.0, 3.0, 1.0]])
    var, shortfall = Sample.of(values, weights).tail(0.5)
    assert var[0] == 0.0
    assert shortfall[0] == pytest.approx((0.3 * -1.0 + 0.2 * 0.0) / 0.5)
    quantiles = Sample.of(values, weights).quantiles(np.array([0.25, 0.85, 1.0]))
    assert quantiles[0].tolist() == [-1.0, 0.0, 2.0]
