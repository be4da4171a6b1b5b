"""Recursions through time that see the past alone."""

from itertools import accumulate

import numpy as np

from pipeline.simulation.randomness import Array

_HIGHEST_RATIO = 7.0


def autoregress(shocks: Array, persistence: float) -> Array:
    """``x(t) = persistence * x(t - 1) + shock(t)``, from 0 before the first row."""
    path = accumulate(shocks.tolist(), lambda x, shock: persistence * x + shock, initial=0.0)
    return np.array(list(path)[1:])


def stationary(noise: Array, persistence: float, deviation: float) -> Array:
    """First-order autoregression with unconditional standard deviation ``deviation``.

    ``noise`` has unit variance; the path starts at 0.
    """
    return autoregress(noise * deviation * np.sqrt(1.0 - persistence**2), persistence)


def smoothed(values: Array, half_life: float) -> Array:
    """Exponential mean that starts at the first value."""
    weight = 1.0 - 0.5 ** (1.0 / half_life)
    path = accumulate(values.tolist(), lambda mean, value: mean + weight * (value - mean))
    return np.array(list(path))


def garch(shocks: Array, *, reaction: float, asymmetry: float, persistence: float) -> Array:
    """Variance ratio before each row, and after the last, of an asymmetric GARCH(1, 1).

    ``q(t + 1) = c + (reaction + asymmetry [z(t) < 0]) q(t) z(t)^2 + persistence q(t)`` with mean
    1 (Glosten, Jagannathan and Runkle, 1993), held below ``_HIGHEST_RATIO`` so that heavy tails
    cannot feed on themselves. With no reaction and no asymmetry it stays at 1.

    Returns
    -------
    numpy.ndarray
        One element more than ``shocks``; element ``t`` applies to shock ``t``.
    """
    constant = 1.0 - reaction - asymmetry / 2.0 - persistence

    def after(ratio: float, shock: float) -> float:
        weight = reaction + asymmetry * (shock < 0.0)
        return min(constant + (weight * shock * shock + persistence) * ratio, _HIGHEST_RATIO)

    return np.array(list(accumulate(shocks.tolist(), after, initial=1.0)))
