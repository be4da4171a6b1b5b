"""Intervals and p-values made again: the same draws by their seed, counted in another way.

The stage adds up blocks by cumulative sums; here each history is how often it drew each session.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.evaluation.intervals import Resampling

Array = NDArray[np.float64]


def drawn_counts(count: int, settings: Resampling) -> Array:
    """How often each resampled history drew each session: shape (repetitions, count)."""
    whole, rest = divmod(count, settings.block)
    starts = np.random.default_rng(settings.seed).integers(
        count, size=(settings.repetitions, whole + 1)
    )
    lengths = np.append(np.full(whole, settings.block), rest)
    drawn = np.zeros((settings.repetitions, 2 * count + 1))
    history = np.arange(settings.repetitions)[:, None]
    np.add.at(drawn, (history, starts), 1)
    np.add.at(drawn, (history, starts + lengths), -1)
    twice = drawn.cumsum(axis=1)
    return twice[:, :count] + twice[:, count : 2 * count]


def drawn_range(values: Array, settings: Resampling) -> Array:
    """Low and high end of what histories gave, shape (2, columns) of (repetitions, columns)."""
    outside = (1 - settings.level) / 2
    return np.quantile(values, [outside, 1 - outside], axis=0)


def drawn_skills(losses: Array, reference: Array, settings: Resampling) -> Array:
    """Interval of each column's skill: shape (2, columns); NaN on less than two blocks."""
    if len(losses) < 2 * settings.block:
        return np.full((2, losses.shape[1]), np.nan)
    counts = drawn_counts(len(losses), settings)
    return drawn_range(1 - (counts @ losses) / (counts @ reference)[:, None], settings)


def drawn_p_values(
    probas: Sequence[Array], truth: NDArray[np.int64], settings: Resampling
) -> Array:
    """Share of turned and shuffled outcomes that a forecast fits as well: shape (models,)."""
    if len(truth) < 2 * settings.block:
        return np.full(len(probas), np.nan)
    losses = -np.log(np.maximum(np.stack(probas, axis=-1), np.finfo(float).eps))
    rows, generator = np.arange(len(truth)), np.random.default_rng(settings.seed)
    limit = losses[rows, truth].sum(axis=0) * (1 + 1e-12)
    as_good = np.ones(len(probas))
    for _each in range(settings.permutations):
        turned = np.roll(truth, generator.integers(len(truth)))
        blocks = np.split(turned, range(settings.block, len(truth), settings.block))
        shuffled = np.concatenate([blocks[k] for k in generator.permutation(len(blocks))])
        as_good += losses[rows, shuffled].sum(axis=0) <= limit
    return as_good / (1 + settings.permutations)
