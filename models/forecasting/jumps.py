"""Two-state jump paths by dynamic programming.

A jump model gives each session to the state whose centre is nearest, at a fixed penalty a switch.
With two states the Viterbi recursion has one number: by how much state 1 costs more than state 0,
``excess(t) = gap(t) + clip(excess(t - 1), -penalty, penalty)``, a two-sided CUSUM.
"""

import numpy as np
from numpy.typing import NDArray

from models.forecasting.fitted import Array

Path = NDArray[np.int64]


def weighted_sum(values: Array, half_life: float, sessions: int) -> Array:
    """Exponentially weighted sum over the last ``sessions``, shape as ``values``."""
    total = np.zeros_like(values)
    for age in reversed(range(sessions)):
        total = _lagged(values, age) + 0.5 ** (1.0 / half_life) * total
    return total


def excess_cost(gaps: Array, penalty: float, sessions: int) -> Array:
    """Least cost of a path that ends in state 1 minus that of one that ends in state 0.

    Parameters
    ----------
    gaps
        Cost of state 1 minus cost of state 0 at each session, shape (n,).
    penalty
        Cost of a switch.
    sessions
        Length of the paths: each session's number rests on as many, whatever came before them.

    Returns
    -------
    numpy.ndarray
        Shape (n,); negative where state 1 is the better last state.
    """
    excess = np.zeros_like(gaps)
    for age in reversed(range(sessions)):
        excess = _lagged(gaps, age) + np.clip(excess, -penalty, penalty)
    return excess


def last_state(excess: Array) -> Path:
    """State in which the cheapest path up to each session ends: what was known then, shape (n,)."""
    return (excess < 0).astype(np.int64)


def best_path(gaps: Array, penalty: float) -> Path:
    """Cheapest path over all sessions, each seen with those after it; for fitting only.

    Walking back, a session keeps the state of the next one unless its own excess is beyond the
    penalty.
    """
    excess, path = [0.0], []
    for gap in gaps.tolist():
        excess.append(gap + min(max(excess[-1], -penalty), penalty))
    state = int(excess[-1] < 0)
    for level in reversed(excess[1:]):
        state = int(level < 0) if abs(level) > penalty else state
        path.append(state)
    return np.array(path[::-1], dtype=np.int64)


def _lagged(values: Array, sessions: int) -> Array:
    """Values ``sessions`` before, 0 where there are none."""
    moved = np.zeros_like(values)
    moved[sessions:] = values[: max(len(values) - sessions, 0)]
    return moved
