"""Location-scale regression with Student-t errors, by penalised maximum likelihood.

Apart from the law itself, which scoring needs: nothing here is imported until a model is fitted.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

from models.forecasting.fitted import Array

LEAST_DEGREES = 2.0
"""Degrees of freedom stay above this, so that the variance exists."""


@dataclass(frozen=True)
class Regression:
    """A fitted law: ``location + inputs @ location_slopes`` and its log scale likewise.

    Attributes
    ----------
    location, log_scale
        At the mean of the inputs.
    location_slopes, scale_slopes
        Shapes (p,) and (q,).
    degrees
        Degrees of freedom.
    """

    location: float
    location_slopes: Array
    log_scale: float
    scale_slopes: Array
    degrees: float


def maximise(
    values: Array,
    inputs: Array,
    scale_inputs: Array,
    *,
    location_penalty: float,
    scale_penalty: float,
) -> Regression:
    """Fit by penalised maximum likelihood.

    Parameters
    ----------
    values
        What is explained, shape (n,).
    inputs, scale_inputs
        Standardised inputs of the location, shape (n, p), and of the log scale, shape (n, q).
    location_penalty, scale_penalty
        Weight of half the squared slopes against the summed log likelihood.
    """
    p, q = inputs.shape[1], scale_inputs.shape[1]
    penalties = np.repeat([0.0, location_penalty, 0.0, scale_penalty, 0.0], [1, p, 1, q, 1])

    def cost(parameters: Array) -> tuple[float, Array]:
        total, gradient = log_likelihood(parameters, values, inputs, scale_inputs)
        penalty = (penalties * parameters**2).sum() / 2
        return (penalty - total) / len(values), (penalties * parameters - gradient) / len(values)

    start = np.zeros(p + q + 3)
    start[0], start[p + 1] = np.median(values), np.log(values.std() + 1e-12)
    bounds = [(None, None)] * (p + q + 2) + [(-5.0, 5.0)]
    best = minimize(cost, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return Regression(
        location=float(best[0]),
        location_slopes=best[1 : p + 1],
        log_scale=float(best[p + 1]),
        scale_slopes=best[p + 2 : -1],
        degrees=float(LEAST_DEGREES + np.exp(best[-1])),
    )


def log_likelihood(
    parameters: Array, values: Array, inputs: Array, scale_inputs: Array
) -> tuple[float, Array]:
    """Summed log likelihood and its gradient.

    Parameters
    ----------
    parameters
        Shape (p + q + 3,): location and its p slopes, log scale and its q slopes, log of the
        degrees of freedom above ``LEAST_DEGREES``.
    values, inputs, scale_inputs
        See ``maximise``.
    """
    p = inputs.shape[1]
    degrees = LEAST_DEGREES + np.exp(parameters[-1])
    log_scale = parameters[p + 1] + scale_inputs @ parameters[p + 2 : -1]
    scale = np.exp(log_scale)
    errors = (values - parameters[0] - inputs @ parameters[1 : p + 1]) / scale
    pull = (degrees + 1) * errors / (degrees + errors**2)
    gradient = [
        (pull / scale).sum(keepdims=True),
        inputs.T @ (pull / scale),
        (pull * errors - 1).sum(keepdims=True),
        scale_inputs.T @ (pull * errors - 1),
        _by_degrees(errors, degrees).sum(keepdims=True) * (degrees - LEAST_DEGREES),
    ]
    total = (_log_density(errors, degrees) - log_scale).sum()
    return float(total), np.concatenate(gradient)


def _log_density(errors: Array, degrees: float) -> Array:
    constant = gammaln((degrees + 1) / 2) - gammaln(degrees / 2) - np.log(degrees * np.pi) / 2
    return constant - (degrees + 1) / 2 * np.log1p(errors**2 / degrees)


def _by_degrees(errors: Array, degrees: float) -> Array:
    """Derivative of the log density by the degrees of freedom."""
    squares = errors**2 / degrees
    constant = digamma((degrees + 1) / 2) - digamma(degrees / 2) - 1 / degrees
    return (constant - np.log1p(squares) + (degrees + 1) / degrees * squares / (1 + squares)) / 2
