"""Expected sums over each state's rows when some values are missing: what an M-step needs.

Diagonal states use each dimension's observed values alone. In full ones the observed dimensions
tell about the missing, which enter by their conditional mean and covariance (Little and Rubin,
Statistical Analysis with Missing Data, section 11.2, weighted by the state's posterior).
"""

import numpy as np
from numpy.typing import NDArray

from models.states.emissions import patterns
from models.states.parameters import Array, Parameters


def diagonal_moments(values: Array, weights: Array) -> tuple[Array, Array, Array]:
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


def full_moments(values: Array, weights: Array, parameters: Parameters) -> tuple[Array, Array]:
    """Expected weighted sum, shape (K, D), and sum of outer products, shape (K, D, D)."""
    n_states, n_dimensions = parameters.means.shape
    first = np.zeros((n_states, n_dimensions))
    second = np.zeros((n_states, n_dimensions, n_dimensions))
    for observed, rows in patterns(values, parameters.used):
        for k in range(n_states):
            weight = weights[rows, k]
            completed, uncertainty = _complete(values[rows], observed, parameters, k)
            weighted = completed * weight[:, None]
            first[k] += weighted.sum(axis=0)
            second[k] += weighted.T @ completed + weight.sum() * uncertainty
    return first, second


def _complete(
    values: Array, observed: NDArray[np.intp], parameters: Parameters, k: int
) -> tuple[Array, Array]:
    """Rows with the missing dimensions at their conditional mean, and what stays uncertain."""
    mean, covariance = parameters.means[k], parameters.covariances[k]
    missing = np.setdiff1d(np.arange(len(mean)), observed)
    uncertainty = np.zeros_like(covariance)
    if not len(missing):
        return values, uncertainty
    across = covariance[np.ix_(observed, missing)]
    slopes = np.linalg.solve(covariance[np.ix_(observed, observed)], across)
    completed = values.copy()
    completed[:, missing] = mean[missing] + (values[:, observed] - mean[observed]) @ slopes
    uncertainty[np.ix_(missing, missing)] = covariance[np.ix_(missing, missing)] - across.T @ slopes
    return completed, uncertainty
