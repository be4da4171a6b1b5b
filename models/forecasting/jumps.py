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
    """Exponentially weighted sum over the last ``sessions``, along the last axis.

    Parameters
    ----------
    values
        Shape (..., n); before the first there is nothing.
    half_life
        Sessions after which a value counts half.
    sessions
        A power of two: a sum over as many is that over half of them, and the half before it.
    """
    total, fading = values, 0.5 ** (1.0 / half_life)
    for step in _doubling(sessions):
        total = total + fading**step * _before(total, step, 0.0)
    return total


def excess_cost(gaps: Array, penalty: float, sessions: int) -> Array:
    """Least cost of a path that ends in state 1 minus that of one that ends in state 0.

    What a stretch of sessions makes of the excess before it, x, is always
    ``added + clip(x, low, high)``, and so is what two stretches make of it, one after the other.

    Parameters
    ----------
    gaps
        Cost of state 1 minus cost of state 0 at each session, shape (n,).
    penalty
        Cost of a switch.
    sessions
        Length of the paths, a power of two: each session's number rests on as many, whatever
        came before them.

    Returns
    -------
    numpy.ndarray
        Shape (n,); negative where state 1 is the better last state.
    """
    added, low, high = gaps, np.full_like(gaps, -penalty), np.full_like(gaps, penalty)
    for step in _doubling(sessions):
        earlier = _before(added, step, 0.0)
        least, most = low - earlier, high - earlier
        added = added + earlier
        low = np.clip(_before(low, step, -penalty), least, most)
        high = np.clip(_before(high, step, penalty), least, most)
    return added + np.clip(0.0, low, high)


def last_state(excess: Array) -> Path:
    """State in which the cheapest path up to each session ends: what was known then, shape (n,)."""
    return (excess < 0).astype(np.int64)


def best_path(gaps: Array, penalty: float) -> Path:
    """Cheapest path over all sessions, each seen with those after it; for fitting only.

    Walking back, a session keeps the state of the next one unless its own excess is beyond the
    penalty.
    """
    level, levels = 0.0, []
    for gap in gaps.tolist():
        level = gap + (penalty if level > penalty else -penalty if level < -penalty else level)
        levels.append(level)
    excess = np.array(levels)
    decided = np.where(np.abs(excess) > penalty, np.arange(len(excess)), len(excess) - 1)
    following = np.minimum.accumulate(decided[::-1])[::-1]
    return last_state(excess[following])


def _doubling(sessions: int) -> list[int]:
    """1, 2, 4 and so on, below ``sessions``."""
    if sessions.bit_count() != 1:
        raise ValueError(f"sessions must be a power of two; got {sessions}")
    return [2**power for power in range(sessions.bit_length() - 1)]


def _before(values: Array, step: int, absent: float) -> Array:
    """Values ``step`` sessions before, along the last axis; ``absent`` where there are none."""
    moved = np.full_like(values, absent)
    moved[..., step:] = values[..., :-step]
    return moved
