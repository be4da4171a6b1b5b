"""How tail forecasts are judged: a joint score of both figures, pinball loss, and coverage.

Everywhere ``outcomes``, ``var`` and ``shortfall`` are returns, losses negative, of shape (n,).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_LEAST = 1e-6
"""A shortfall nearer to zero is scored as this: the joint score asks for a negative one."""


def fz0_losses(outcomes: Array, var: Array, shortfall: Array, level: float) -> Array:
    """Joint loss of value at risk and expected shortfall, lower is better.

    The one of Fissler and Ziegel's class whose differences do not depend on the unit (Patton,
    Ziegel and Chen 2019, *Dynamic semiparametric models for expected shortfall*, equation 6). It is
    least in expectation for the true pair, which no score of the shortfall alone is.
    """
    shortfall = np.minimum(shortfall, -_LEAST)
    hit = outcomes <= var
    above = np.asarray(hit * (var - outcomes) / (level * shortfall))
    return np.asarray(-above + var / shortfall + np.log(-shortfall) - 1.0)


def pinball_losses(outcomes: Array, quantiles: Array, levels: Array) -> Array:
    """Mean pinball loss over the levels, lower is better.

    Parameters
    ----------
    outcomes
        Shape (n,).
    quantiles
        Shape (n, levels).
    levels
        Shape (levels,).
    """
    off = outcomes[:, np.newaxis] - quantiles
    return np.asarray(np.where(off >= 0, levels * off, (levels - 1.0) * off).mean(axis=1))


@dataclass(frozen=True)
class Coverage:
    """How often outcomes fell below the value at risk.

    Attributes
    ----------
    share
        Of the sessions, as a fraction; the level is right.
    kupiec_p
        Null: the share is the level.
    christoffersen_p
        Null: the share is the level, and a hit says nothing of the next one.
    """

    share: float
    kupiec_p: float
    christoffersen_p: float


def coverage(hits: NDArray[np.bool_], level: float, step: int) -> Coverage:
    """Tests of unconditional (Kupiec 1995) and conditional coverage (Christoffersen 1998).

    Outcomes that overlap hit together, so that a test on all of them would refuse everything. The
    statistics are computed on every ``step``-th session, once from each of the first ``step``
    ones, and averaged before the p-value is read off: each of the spans is of outcomes that do not
    overlap.

    Parameters
    ----------
    hits
        Shape (n,), in order of time.
    level
        Tail probability.
    step
        Sessions that an outcome spans.
    """
    apart = [hits[start::step] for start in range(step)]
    unconditional = float(np.mean([_kupiec(each, level) for each in apart]))
    independence = float(np.mean([_independence(each) for each in apart]))
    return Coverage(
        share=float(hits.mean()),
        kupiec_p=_chi_square_tail(unconditional, 1),
        christoffersen_p=_chi_square_tail(unconditional + independence, 2),
    )


def _kupiec(hits: NDArray[np.bool_], level: float) -> float:
    """Likelihood ratio of the share that was found against the level."""
    count, found = len(hits), int(hits.sum())
    return 2.0 * (_bernoulli(count, found, found / count) - _bernoulli(count, found, level))


def _independence(hits: NDArray[np.bool_]) -> float:
    """Likelihood ratio of a first-order chain against one share."""
    before, after = hits[:-1], hits[1:]
    chain = 0.0
    for state in (False, True):
        following = after[before == state]
        if len(following):
            chain += _bernoulli(len(following), int(following.sum()), float(following.mean()))
    return 2.0 * (chain - _bernoulli(len(after), int(after.sum()), float(after.mean())))


def _bernoulli(count: int, found: int, share: float) -> float:
    """Log likelihood of ``found`` among ``count``."""
    parts = ((found, share), (count - found, 1.0 - share))
    return float(sum(number * np.log(p) for number, p in parts if number))


def _chi_square_tail(statistic: float, degrees: int) -> float:
    """Chance of a larger value with 1 or 2 degrees of freedom, where it has a closed form."""
    half = max(statistic, 0.0) / 2.0
    return math.erfc(math.sqrt(half)) if degrees == 1 else math.exp(-half)
