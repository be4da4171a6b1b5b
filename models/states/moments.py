"""Sums over each state's rows when some values are missing: what an M-step needs."""

import numpy as np

from models.states.parameters import Array


def moments(values: Array, weights: Array) -> tuple[Array, Array, Array]:
    """Weighted count, sum and sum of squares of the observed values.

    Parameters
    ----------
    values
        Shape (n, D); NaN says missing.
    weights
        Shape (n, K): posterior of each state.

    Returns
    -------
    tuple
        Three arrays of shape (K, D).
    """
    observed = ~np.isnan(values)
    filled = np.where(observed, values, 0.0)
    return weights.T @ observed, weights.T @ filled, weights.T @ filled**2
