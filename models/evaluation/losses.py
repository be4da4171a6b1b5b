"""Proper scores session by session: what intervals, breakdowns and skill are made of.

Each function takes the codes of what happened, shape (n,), and the probabilities given, shape
(n, 3) in the order of ``SCENARIOS``, and returns one loss a session, shape (n,); smaller is better.
"""

import numpy as np
from numpy.typing import NDArray

from models.scenarios import BASE, REFLATION, SCENARIOS, TIGHTENING_SHOCK, Codes, Proba

Losses = NDArray[np.float64]
"""Shape (n,): one loss a session."""

EASY_TO_TIGHT = (REFLATION, BASE, TIGHTENING_SHOCK)
"""The scenarios in the order of the composite, for scores that know which miss is nearer."""


def log_losses(y_true: Codes, proba: Proba) -> Losses:
    """Minus the log of the probability given to what happened, in nats (Good 1952).

    A probability of zero counts as the smallest step above it, so that the loss stays finite.
    """
    given = proba[np.arange(len(y_true)), y_true]
    return -np.log(np.maximum(given, np.finfo(float).eps))


def brier_losses(y_true: Codes, proba: Proba) -> Losses:
    """Squared distance to what happened, over all three scenarios, 0 to 2 (Brier 1950)."""
    return np.square(proba - happened(y_true)).sum(axis=1)


def rps_losses(y_true: Codes, proba: Proba) -> Losses:
    """Ranked probability score over reflation < base < tightening-shock, 0 to 2 (Epstein 1969).

    The squared differences of the cumulative probabilities, summed: taking a tightening-shock
    for base costs less than taking it for reflation.
    """
    order = list(EASY_TO_TIGHT)
    gap = np.cumsum(proba[:, order] - happened(y_true)[:, order], axis=1)
    return np.square(gap[:, :-1]).sum(axis=1)


def skill(losses: Losses, reference: Losses) -> float:
    """Share of the reference's mean loss that is saved on the same sessions; NaN without any.

    1 is perfect, 0 no better than the reference, negative worse.

    Parameters
    ----------
    losses, reference
        Shape (n,), session by session of the same days.
    """
    if len(losses) == 0:
        return float("nan")
    return float(1.0 - losses.mean() / reference.mean())


def happened(y_true: Codes) -> Proba:
    """What happened as probabilities, shape (n, 3): one for the scenario, zero elsewhere."""
    return np.eye(len(SCENARIOS))[y_true]
