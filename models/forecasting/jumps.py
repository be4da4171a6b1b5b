"""Two-state jump paths by dynamic programming.

A jump model gives each session to the state whose centre is nearest, at a fixed penalty a switch.
With two states the Viterbi recursion has one number: by how much state 1 costs more than state 0,
``excess(t) = gap(t) + clip(excess(t - 1), -penalty, penalty)``, a two-sided CUSUM.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from models.forecasting.fitted import Array

Path = NDArray[np.int64]


def weighted_sum(values: Array, half_life: float, sessions: int) -> Array:
    """Exponentially weighted sum over the last ``sessions``, along the last axis."""
    total, fading = np.zeros_like(values), 0.5 ** (1.0 / half_life)
    for lagged in _from_the_oldest(values, sessions):
        total *= fading
        total += lagged
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
    for lagged in _from_the_oldest(gaps, sessions):
        np.maximum(excess, -penalty, out=excess)
        np.minimum(excess, penalty, out=excess)
        excess += lagged
    return excess


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


def _from_the_oldest(values: Array, sessions: int) -> Iterator[Array]:
    """Values so many sessions before, from ``sessions - 1`` to none; 0 where there are none."""
    padded = np.concatenate([np.zeros((*values.shape[:-1], sessions - 1)), values], axis=-1)
    for start in range(sessions):
        yield padded[..., start : start + values.shape[-1]]
