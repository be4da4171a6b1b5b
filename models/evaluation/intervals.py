"""How sure a score is: block bootstrap intervals of skill, and a block permutation test.

Sessions are not independent: neighbours share most of their window, and a market stays in its mood
for months. Both methods therefore move whole blocks of sessions.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.evaluation.losses import happened
from models.scenarios import Codes, Proba

Matrix = NDArray[np.float64]

_CHUNK = 200
"""Permutations evaluated in one matrix product: keeps memory under 10 MB a thousand sessions."""


@dataclass(frozen=True)
class Resampling:
    """How sessions are resampled, by the bootstrap and by the permutations.

    Attributes
    ----------
    block
        Sessions a block: a quarter, several times the longest window. Shorter than what holds
        together, and intervals come out too narrow and p-values too small.
    repetitions
        Resampled histories behind an interval.
    level
        Share of the resampled skills that an interval holds.
    permutations
        Behind a p-value; the smallest possible one is ``1 / (1 + permutations)``.
    seed
        Of both, so that a report can be made again to the last digit.
    """

    block: int = 63
    repetitions: int = 1000
    level: float = 0.95
    permutations: int = 2000
    seed: int = 20190102


def skill_intervals(losses: Matrix, reference: NDArray[np.float64], settings: Resampling) -> Matrix:
    """Percentile interval of each model's skill over a reference, paired session by session.

    With climatology as reference it is the interval of the published skill; with another model
    it is the interval of the difference between the two, as a share of that model's loss.

    Parameters
    ----------
    losses
        Shape (n, models), in order of time.
    reference
        Shape (n,): the reference's losses on the same sessions.
    settings
        See ``Resampling``.

    Returns
    -------
    ndarray
        Shape (models, 2): low and high. NaN when the history is shorter than two blocks, where
        resampling would only repeat it.
    """
    if len(losses) < 2 * settings.block:
        return np.full((losses.shape[1], 2), np.nan)
    means = _bootstrap_means(np.column_stack([losses, reference]), settings)
    skills = 1.0 - means[:, :-1] / means[:, -1:]
    outside = (1.0 - settings.level) / 2
    return np.quantile(skills, [outside, 1.0 - outside], axis=0).T


def permutation_p_values(
    y_true: Codes, probas: list[Proba], settings: Resampling
) -> NDArray[np.float64]:
    """Chance of a mean log loss as low as the forecast's if it knew nothing of the timing.

    Null: outcomes are exchangeable against the forecasts in blocks, so any order of the blocks
    was as likely. Alternative: the forecasts go with the outcomes they were made for. Each
    permutation turns the outcomes by a random number of sessions, cuts them into blocks and
    shuffles these; shares and persistence of the scenarios stay as they were. The p-value is
    ``(1 + as good) / (1 + permutations)`` (Phipson and Smyth 2010), never zero. A forecast that is
    always the same gets 1.

    Parameters
    ----------
    y_true
        Shape (n,): codes of what happened, in order of time.
    probas
        One forecast a model, each of shape (n, 3).
    settings
        See ``Resampling``.

    Returns
    -------
    ndarray
        Shape (models,); NaN when the history is shorter than two blocks.
    """
    if len(y_true) < 2 * settings.block:
        return np.full(len(probas), np.nan)
    surprise = np.column_stack([_surprise(proba) for proba in probas])
    observed = happened(y_true).ravel() @ surprise
    generator = np.random.default_rng(settings.seed)
    as_good = np.zeros(len(probas))
    for first in range(0, settings.permutations, _CHUNK):
        rows = range(min(_CHUNK, settings.permutations - first))
        shuffled = np.stack([_shuffled_blocks(y_true, settings.block, generator) for _ in rows])
        losses = happened(shuffled).reshape(len(rows), -1) @ surprise
        # The tolerance makes ties of sums that differ only by the order of adding.
        as_good += (losses <= observed * (1.0 + 1e-12)).sum(axis=0)
    return (1.0 + as_good) / (1.0 + settings.permutations)


def _bootstrap_means(losses: Matrix, settings: Resampling) -> Matrix:
    """Mean losses of resampled histories, shape (repetitions, models), columns kept together.

    The circular block bootstrap (Politis and Romano 1992): blocks start anywhere with equal
    chance, wrap around the end, and are laid side by side until they are as long as the history,
    the last one cut. A block's sum is a difference of cumulative sums, so no history is copied.
    """
    count = len(losses)
    whole, rest = divmod(count, settings.block)
    sums = np.vstack([np.zeros(losses.shape[1]), np.cumsum(np.vstack([losses, losses]), axis=0)])
    generator = np.random.default_rng(settings.seed)
    starts = generator.integers(count, size=(settings.repetitions, whole + 1))
    total = sums[starts[:, whole] + rest] - sums[starts[:, whole]]
    for place in range(whole):
        total += sums[starts[:, place] + settings.block] - sums[starts[:, place]]
    return total / count


def _surprise(proba: Proba) -> NDArray[np.float64]:
    return -np.log(np.maximum(proba, np.finfo(float).eps)).ravel()


def _shuffled_blocks(y_true: Codes, block: int, generator: np.random.Generator) -> Codes:
    turned = np.roll(y_true, generator.integers(len(y_true)))
    pieces = [turned[start : start + block] for start in range(0, len(turned), block)]
    return np.concatenate([pieces[i] for i in generator.permutation(len(pieces))])
