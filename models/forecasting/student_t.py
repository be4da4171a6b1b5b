"""The Student-t law of the composite: scenario probabilities and their slopes.

numpy alone: scoring reads this file, and importing ``scipy.special`` for one distribution function
would take a quarter as long as importing pandas.
"""

import math

import numpy as np

from models.forecasting.fitted import Array
from models.scenarios import Proba

_nodes, _weights = np.polynomial.legendre.leggauss(64)
_SQUARED_WAY = np.array([way**2 for way in (_nodes + 1) / 2])
_WEIGHTS = _weights / 2 * (_nodes + 1)


def scenario_shares(
    location: Array, log_scale: Array, degrees: float, below: float, above: float
) -> Proba:
    """Probability between, above and below the thresholds, shape (n, 3) as ``SCENARIOS``."""
    scale = np.exp(log_scale)
    over = share_above((above - location) / scale, degrees)
    under = share_above((location - below) / scale, degrees)
    return np.column_stack([np.maximum(1.0 - over - under, 0.0), over, under])


def log_share_slopes(
    location: Array, log_scale: Array, degrees: float, below: float, above: float
) -> tuple[Array, Array]:
    """Derivatives of the log probabilities by location and by log scale, shape (n, 3) each."""
    scale = np.exp(log_scale)
    high, low = (above - location) / scale, (below - location) / scale
    at_high, at_low = _density(high, degrees), _density(low, degrees)
    by_location = np.column_stack([at_low - at_high, at_high, -at_low]) / scale[:, None]
    by_scale = np.column_stack([low * at_low - high * at_high, high * at_high, -low * at_low])
    shares = np.maximum(scenario_shares(location, log_scale, degrees, below, above), 1e-12)
    return by_location / shares, by_scale / shares


def share_above(errors: Array, degrees: float) -> Array:
    """Probability of a larger value under Student's t, shape (n,) as ``errors``.

    With ``error = sqrt(degrees) / tan(angle)`` the density becomes a power of the sine. Its
    integral is taken by Gauss and Legendre's rule along the square of a uniform way, which makes
    the power smooth at 0 for any degrees; it is right to 1e-13 for degrees from 2 to 150.
    """
    angle = np.arctan2(math.sqrt(degrees), np.abs(errors))
    power = np.sin(np.outer(_SQUARED_WAY, angle)) ** (degrees - 1)
    # Summed node by node, for the same bits whatever the number of rows.
    total = np.cumsum(_WEIGHTS[:, None] * power, axis=0)[-1]
    beyond = _norm(degrees) * angle * total
    return np.where(errors < 0, 1.0 - beyond, beyond)


def _density(errors: Array, degrees: float) -> Array:
    kernel = (1 + errors**2 / degrees) ** (-(degrees + 1) / 2)
    return _norm(degrees) / math.sqrt(degrees) * kernel


def _norm(degrees: float) -> float:
    ratio = math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2))
    return ratio / math.sqrt(math.pi)
