import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from models.forecasting.pool import floor, pool

weights = hnp.arrays(float, (5, 3), elements=st.floats(0.01, 1.0))
forecasts = weights.map(lambda w: w / w.sum(axis=1, keepdims=True))


@given(st.lists(forecasts, min_size=1, max_size=4))
def test_pool_is_the_normalised_geometric_mean(probas: list[np.ndarray]):
    geometric = stats.gmean(np.stack(probas), axis=0)
    expected = geometric / geometric.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(pool(probas), expected, rtol=1e-12)


@given(forecasts, st.integers(1, 5))
def test_pool_of_one_opinion_is_that_opinion(proba: np.ndarray, members: int):
    np.testing.assert_allclose(pool([proba] * members), proba, rtol=1e-12)


@given(st.lists(forecasts, min_size=2, max_size=4), st.randoms())
def test_order_of_members_is_irrelevant(probas: list[np.ndarray], random):
    shuffled = random.sample(probas, len(probas))
    np.testing.assert_allclose(pool(shuffled), pool(probas), rtol=1e-12)


def test_certain_member_cannot_veto_all_scenarios():
    sure, contrary = np.array([[1.0, 0.0, 0.0]]), np.array([[0.0, 1.0, 0.0]])
    np.testing.assert_allclose(pool([sure, contrary]), [[0.5, 0.5, 0.0]], atol=1e-5)


def test_row_pools_to_the_same_bits_alone():
    rng = np.random.default_rng(0)
    probas = [rng.dirichlet([1, 1, 1], 50) for _ in range(3)]
    for row in (0, 17, 49):
        alone = pool([proba[row : row + 1] for proba in probas])
        np.testing.assert_array_equal(alone[0], pool(probas)[row])


@pytest.mark.parametrize("probas", [[], [np.ones((2, 3)) / 3, np.ones((3, 3)) / 3]])
def test_members_of_other_shapes_or_none_are_refused(probas: list[np.ndarray]):
    with pytest.raises(ValueError, match="members of one shape"):
        pool(probas)


@given(forecasts, st.lists(st.floats(0, 0.3), min_size=3, max_size=3))
def test_floor_holds_and_rows_still_sum_to_one(proba: np.ndarray, minimum: list[float]):
    floored = floor(proba, minimum)
    assert (floored >= minimum).all()
    np.testing.assert_allclose(floored.sum(axis=1), 1.0, atol=1e-12)


@given(forecasts, st.floats(0, 0.3))
def test_common_floor_keeps_the_order_of_scenarios(proba: np.ndarray, minimum: float):
    floored = floor(proba, minimum)
    above = proba[:, :, None] > proba[:, None, :]
    assert (floored[:, :, None] >= floored[:, None, :])[above].all()


def test_zero_floor_changes_nothing():
    proba = np.array([[0.2, 0.3, 0.5]])
    np.testing.assert_array_equal(floor(proba, 0.0), proba)


@pytest.mark.parametrize("minimum", [-0.01, 0.34, [0.5, 0.5, 0.0]])
def test_impossible_floor_is_refused(minimum: float | list[float]):
    with pytest.raises(ValueError, match="floor"):
        floor(np.ones((1, 3)) / 3, minimum)
