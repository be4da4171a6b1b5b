"""The jump recursion against every path there is."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from models.forecasting.jumps import best_path, excess_cost, last_state, weighted_sum

short = hnp.arrays(float, st.integers(1, 9), elements=st.integers(-40, 40).map(lambda i: i / 8))
penalties = st.integers(0, 40).map(lambda i: i / 8)


def cost(gaps: np.ndarray, path: tuple[int, ...], penalty: float) -> float:
    return float(gaps @ np.array(path) + penalty * np.count_nonzero(np.diff(path)))


def cheapest(gaps: np.ndarray, penalty: float, last: int | None = None) -> float:
    paths = product((0, 1), repeat=len(gaps))
    return min(cost(gaps, path, penalty) for path in paths if last is None or path[-1] == last)


@given(short, penalties)
def test_path_costs_no_more_than_any_other(gaps: np.ndarray, penalty: float):
    path = tuple(best_path(gaps, penalty))
    assert cost(gaps, path, penalty) == cheapest(gaps, penalty)


@given(short, penalties)
def test_excess_compares_the_cheapest_paths_to_both_last_states(gaps: np.ndarray, penalty: float):
    excess = excess_cost(gaps, penalty, sessions=16)
    for t in range(1, len(gaps) + 1):
        expected = cheapest(gaps[:t], penalty, last=1) - cheapest(gaps[:t], penalty, last=0)
        assert excess[t - 1] == expected


@given(short, penalties)
def test_last_state_is_where_the_cheapest_path_so_far_ends(gaps: np.ndarray, penalty: float):
    online = last_state(excess_cost(gaps, penalty, sessions=16))
    for t in range(1, len(gaps) + 1):
        assert cheapest(gaps[:t], penalty, last=int(online[t - 1])) == cheapest(gaps[:t], penalty)


def test_paths_forget_what_is_older_than_their_span():
    gaps = np.concatenate([np.full(50, 9.0), np.full(16, -0.1)])
    whole, tail = excess_cost(gaps, 30.0, sessions=16), excess_cost(gaps[-16:], 30.0, sessions=16)
    assert whole[-1] == tail[-1]


def test_weighted_sum_halves_at_the_half_life():
    values = np.random.default_rng(5).standard_normal(100)
    weights = 0.5 ** (np.arange(16) / 3.0)
    expected = [weights[: t + 1] @ values[t::-1][:16] for t in range(100)]
    np.testing.assert_allclose(weighted_sum(values, 3.0, sessions=16), expected, atol=1e-12)


@pytest.mark.parametrize("sessions", [0, 300])
def test_a_span_that_does_not_double_is_refused(sessions: int):
    with pytest.raises(ValueError, match=f"must be a power of two; got {sessions}"):
        weighted_sum(np.ones(5), 3.0, sessions=sessions)
