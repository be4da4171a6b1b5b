"""Two-state jump paths by dynamic programming, all sessions at once.

A jump model gives each session to the state whose centre is nearest, at a fixed penalty a switch.
With two states the Viterbi recursion has one number: by how much state 1 costs more than state 0,
``excess(t) = gap(t) + clip(excess(t - 1), -penalty, penalty)``, a two-sided CUSUM. Each step maps
the number by a shift and a clip; such maps compose into one another, so a span of steps is built
by doubling instead of a loop, and every session's sum is made in the same order whatever the
history around it.
"""

import numpy as np
from numpy.typing import NDArray

from models.forecasting.fitted import Array

Path = NDArray[np.int64]


def lagged(values: Array, sessions: int, fill: float) -> Array:
    """Values ``sessions`` before, ``fill`` where there are none."""
    moved = np.full_like(values, fill)
    moved[sessions:] = values[: max(len(values) - sessions, 0)]
    return moved


def weighted_sum(values: Array, half_life: float, doublings: int) -> Array:
    """Exponentially weighted sum over the last ``2 ** doublings`` sessions, shape as ``values``."""
    total = values
    for step in range(doublings):
        span = 2**step
        total = total + 0.5 ** (span / half_life) * lagged(total, span, 0.0)
    return total


def excess_cost(gaps: Array, penalty: float, doublings: int) -> Array:
    """Least cost of a path that ends in state 1 minus that of one that ends in state 0.

    Parameters
    ----------
    gaps
        Cost of state 1 minus cost of state 0 at each session, shape (n,).
    penalty
        Cost of a switch.
    doublings
        Paths begin ``2 ** doublings - 1`` sessions before each session.

    Returns
    -------
    numpy.ndarray
        Shape (n,); negative where state 1 is the better last state.
    """
    shift, low, high = gaps, gaps - penalty, gaps + penalty
    for step in range(doublings):
        span = 2**step
        before = lagged(shift, span, 0.0)
        before_low, before_high = lagged(low, span, -np.inf), lagged(high, span, np.inf)
        low, high = (
            np.clip(before_low + shift, low, high),
            np.clip(before_high + shift, low, high),
        )
        shift = before + shift
    return np.clip(shift, low, high)


def last_state(excess: Array) -> Path:
    """State in which the cheapest path up to each session ends: what was known then, shape (n,)."""
    return (excess < 0).astype(np.int64)


def best_path(gaps: Array, penalty: float) -> Path:
    """Cheapest path over all sessions, each seen with those after it; for fitting only.

    Walking back, a session keeps the state of the next one unless its own excess is beyond the
    penalty.
    """
    excess = excess_cost(gaps, penalty, len(gaps).bit_length())
    decided = np.abs(excess) > penalty
    decided[-1] = True
    following = np.where(decided, np.arange(len(gaps)), len(gaps))
    nearest = np.minimum.accumulate(following[::-1])[::-1]
    return last_state(excess)[nearest]
