"""Matching against brute force over all permutations, distances against integration."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from models.states.alignment import align, bhattacharyya


def test_distance_is_minus_log_of_the_overlap(chain):
    axis = np.linspace(-12.0, 12.0, 601)
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1)
    other = replace(chain, variances=chain.variances + 0.1, means=chain.means + 0.3)
    distances = bhattacharyya(chain, other)
    for i, j in np.ndindex(3, 3):
        left = multivariate_normal(chain.means[i], np.diag(chain.variances[i]))
        right = multivariate_normal(other.means[j], np.diag(other.variances[j]))
        overlap = np.sqrt(left.pdf(grid) * right.pdf(grid)).sum() * (axis[1] - axis[0]) ** 2
        assert distances[i, j] == pytest.approx(-np.log(overlap), abs=1e-6)


def test_distance_does_not_depend_on_units(chain):
    n_dimensions = chain.means.shape[1]
    moved = chain.transformed(np.arange(1.0, n_dimensions + 1), 10.0 ** np.arange(n_dimensions))
    np.testing.assert_allclose(bhattacharyya(chain, chain), bhattacharyya(moved, moved), atol=1e-9)


def test_only_dimensions_that_both_used_are_compared(chain):
    blind = replace(chain, means=chain.means * [np.nan, 1.0])
    second = replace(
        chain,
        means=chain.means[:, 1:],
        variances=chain.variances[:, 1:],
    )
    np.testing.assert_allclose(
        bhattacharyya(blind, chain), bhattacharyya(second, second), atol=1e-12
    )


@settings(max_examples=25, deadline=None)
@given(order=st.permutations(range(3)), noise=st.integers(0, 1000))
def test_a_shuffled_and_shaken_chain_is_put_back(chain, order, noise):
    shake = 0.05 * np.random.default_rng(noise).normal(size=chain.means.shape)
    shuffled = replace(chain, means=chain.means + shake).permuted(np.array(order))
    found = align(shuffled, chain)
    np.testing.assert_allclose(shuffled.permuted(found.order).means, chain.means + shake)
    np.testing.assert_allclose(shuffled.permuted(found.order).transition, chain.transition)


def test_margin_is_the_lead_over_the_second_best_matching(chain):
    other = replace(chain, means=chain.means[[1, 2, 0]] + 0.4)
    distances = bhattacharyya(chain, other)
    totals = sorted(
        distances[range(3), list(order)].sum() for order in itertools.permutations(range(3))
    )
    assert align(other, chain).margin == pytest.approx(totals[1] - totals[0])
