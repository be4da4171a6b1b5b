"""Gaussian log density of each row in each state, missing dimensions left out.

Within a state the dimensions are independent, so what is left out changes nothing else. Sums run
over dimensions in a fixed order with elementwise operations only: a row's value never depends, not
even in its last bit, on which other rows are computed with it.
"""

import numpy as np

from models.states.parameters import Array, Parameters

LOG_TWO_PI = float(np.log(2.0 * np.pi))


def relative_density(values: Array, parameters: Parameters) -> tuple[Array, Array]:
    """Densities over the largest of their row, so that no outlier underflows in every state.

    Returns
    -------
    tuple
        Densities of shape (n, K), each row's largest being 1, and the log of what they were divided
        by, shape (n,).
    """
    densities = _by_state(values, parameters)
    peaks = densities.max(axis=0)
    return np.ascontiguousarray(np.exp(densities - peaks).T), peaks


def _by_state(values: Array, parameters: Parameters) -> Array:
    """Log densities of shape (K, n): NumPy is several times faster along the long axis."""
    density = np.zeros((len(parameters.start), len(values)))
    for d in np.flatnonzero(parameters.used).tolist():
        density -= 0.5 * _deviance(values[:, d], d, parameters)
    return density


def _deviance(column: Array, d: int, parameters: Parameters) -> Array:
    """Minus twice the log density of one dimension, shape (K, n); 0 where it is missing."""
    mean, variance = parameters.means[:, d, None], parameters.variances[:, d, None]
    deviance = (column - mean) ** 2
    deviance /= variance
    deviance += np.log(variance) + LOG_TWO_PI
    deviance[:, np.isnan(column)] = 0.0
    return deviance
