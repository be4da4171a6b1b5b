"""Gaussian log density of each row in each state, missing dimensions integrated out.

The margin of a Gaussian over some of its dimensions is the Gaussian of the others, so a missing
dimension is exactly one that is left out. Sums run over dimensions in a fixed order with
elementwise operations only: a row's value never depends, not even in its last bit, on which other
rows are computed with it.
"""

import numpy as np
from numpy.typing import NDArray

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


def patterns(
    values: Array, used: NDArray[np.bool_]
) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Group rows by which of the used dimensions they have.

    Returns
    -------
    list
        Pairs of (observed dimensions, numbers of the rows that have just these).
    """
    observed = ~np.isnan(values) & used
    codes = observed @ (1 << np.arange(values.shape[1]))
    groups = [np.flatnonzero(codes == code) for code in np.unique(codes)]
    return [(np.flatnonzero(observed[rows[0]]), rows) for rows in groups]


def _by_state(values: Array, parameters: Parameters) -> Array:
    """Log densities of shape (K, n): NumPy is several times faster along the long axis."""
    density = np.zeros((len(parameters.start), len(values)))
    if parameters.covariances.ndim == 2:
        for d in np.flatnonzero(parameters.used).tolist():
            density -= 0.5 * _deviance(values[:, d], d, parameters)
        return density
    for dimensions, rows in patterns(values, parameters.used):
        density[:, rows] = _joint(values[np.ix_(rows, dimensions)], dimensions, parameters)
    return density


def _deviance(column: Array, d: int, parameters: Parameters) -> Array:
    """Minus twice the log density of one dimension, shape (K, n); 0 where it is missing."""
    mean, variance = parameters.means[:, d, None], parameters.covariances[:, d, None]
    deviance = (column - mean) ** 2
    deviance /= variance
    deviance += np.log(variance) + LOG_TWO_PI
    deviance[:, np.isnan(column)] = 0.0
    return deviance


def _joint(values: Array, dimensions: NDArray[np.intp], parameters: Parameters) -> Array:
    density = np.empty((len(parameters.start), len(values)))
    for k, covariance in enumerate(parameters.covariances):
        factor = np.linalg.cholesky(covariance[np.ix_(dimensions, dimensions)])
        whitener = np.linalg.inv(factor)
        deviations = (values - parameters.means[k, dimensions]).T
        square = np.zeros(len(values))
        for i in range(len(dimensions)):
            square += sum(whitener[i, j] * deviations[j] for j in range(i + 1)) ** 2
        constant = len(dimensions) * LOG_TWO_PI + 2.0 * np.log(np.diag(factor)).sum()
        density[k] = -0.5 * (square + constant)
    return density
