"""The pool: one forecast from several, and a floor below which no scenario falls."""

from collections.abc import Sequence

import numpy as np

from models.forecasting.linear import softmax
from models.scenarios import SCENARIOS, Proba

POOL = "pool"
"""Name under which the joint forecast stands among the models."""

TINY = 1e-12
"""Least probability that enters a logarithm: a zero would give one member a veto."""


def pool(probas: Sequence[Proba]) -> Proba:
    """Join forecasts with equal weights by their normalised geometric mean.

    The logarithmic opinion pool of Genest and Zidek (1986, Statistical Science 1). Weights are
    equal and not fitted: fitted ones did worse out of sample (Claeskens et al. 2016 say why).

    Parameters
    ----------
    probas
        One forecast a member, each of shape (n, 3), of the same rows.

    Returns
    -------
    numpy.ndarray
        Shape (n, 3).

    Raises
    ------
    ValueError
        When there is no member, or the members' shapes differ.
    """
    shapes = {proba.shape for proba in probas}
    if len(shapes) != 1:
        raise ValueError(
            f"a pool needs members of one shape, but got {sorted(shapes) or 'none'}; "
            "give every member the same sessions"
        )
    total = np.zeros_like(probas[0])
    for proba in probas:
        total += np.log(np.maximum(proba, TINY))
    return softmax(total / len(probas))


def floor(proba: Proba, minimum: float | Sequence[float]) -> Proba:
    """Keep every scenario at or above ``minimum`` by mixing it in.

    ``minimum + (1 - sum of minimum) * proba``: rows still sum to one, and unlike clipping it moves
    all probabilities smoothly and keeps their order under one common minimum.

    Parameters
    ----------
    proba
        Shape (n, 3).
    minimum
        Least probability, one for all scenarios or one for each in the order of ``SCENARIOS``.

    Raises
    ------
    ValueError
        When a minimum is negative or they leave nothing to forecast.
    """
    minima = np.broadcast_to(np.asarray(minimum, dtype=float), (len(SCENARIOS),))
    if (minima < 0).any() or minima.sum() >= 1:
        raise ValueError(
            f"the floor must be at least 0 a scenario and sum to less than 1, not {minima.tolist()}"
        )
    return np.maximum(minima + (1.0 - minima.sum()) * proba, minima)
