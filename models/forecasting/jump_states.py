"""A two-state jump model of daily returns: fitted with the future of its training, read without."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from models.forecasting.fitted import Array
from models.forecasting.jumps import Path, best_path, excess_cost, last_state, weighted_sum
from models.forecasting.linear import location_and_spread, standardise

LOOK_BACK = 256
"""Sessions that weighted means look back, and so do the paths."""

STARTS = (0.5, 0.7, 0.9)
"""Quantiles of downside deviation from which the fit starts: above is the turbulent state."""

CLIP = 3.0
ROUNDS = 50


@dataclass(frozen=True, eq=False)
class JumpStates:
    """Centres of both states, in standard deviations of the measures.

    Fitted as in Bemporad, Breschi, Piga and Boyd (2018, Automatica 96) and Nystrup, Lindström and
    Madsen (2020, Expert Systems with Applications 150): centres given the path and the cheapest
    path given the centres, in turn, from several starts. Inputs and penalty follow Shu, Yu and
    Mulvey (2024, Journal of Asset Management 25): downside deviation with a half-life of 10
    sessions and Sortino ratios with 20 and 60.

    Attributes
    ----------
    centre, spread
        Of each measure over the training, shape (3,).
    centres
        Shape (2, 3); state 1 is the more turbulent.
    """

    centre: Array
    spread: Array
    centres: Array

    @classmethod
    def fit(cls, measures: Array, penalty: float) -> Self:
        """Fit on `trailing_measures` of consecutive sessions, shape (n, 3).

        ``penalty`` is the cost of a switch against half the squared distance to a centre.
        """
        centre, spread = location_and_spread(measures)
        scaled = standardise(measures, centre, spread, CLIP)
        fits = [_descend(scaled, penalty, quantile) for quantile in STARTS]
        return cls(centre, spread, min(fits, key=lambda fit: fit[1])[0])

    def known(self, measures: Array, penalty: float) -> Path:
        """State as it was known at each session, shape (n,); -1 until a return is known.

        A session's state rests on the measures of the last `LOOK_BACK` sessions.
        """
        scaled = standardise(measures, self.centre, self.spread, CLIP)
        excess = excess_cost(_gaps(scaled, self.centres), penalty, LOOK_BACK)
        begun = np.logical_or.accumulate(~np.isnan(measures[:, 0]))
        return np.where(begun, last_state(excess), -1)


def trailing_measures(returns: Array) -> Array:
    """Downside deviation and two Sortino ratios by session, shape (n, 3).

    Each from the last `LOOK_BACK` returns; NaN while none of them is known.
    """
    losses = np.minimum(returns, 0.0) ** 2
    (downside,) = _weighted_means([losses], 10)
    ratios = [
        mean / np.sqrt(loss + 1e-8)
        for mean, loss in (_weighted_means([returns, losses], half_life) for half_life in (20, 60))
    ]
    return np.column_stack([np.sqrt(downside), *ratios])


def _weighted_means(columns: list[Array], half_life: float) -> list[Array]:
    """Weighted means of columns that are missing in the same rows."""
    present = ~np.isnan(columns[0])
    filled = np.where(present, np.stack([np.ones(len(present)), *columns]), 0.0)
    weight, *sums = weighted_sum(filled, half_life, LOOK_BACK)
    known = np.where(weight > 0.0, weight, np.nan)
    return [total / known for total in sums]


def _descend(scaled: Array, penalty: float, quantile: float) -> tuple[Array, float]:
    """Centres, shape (2, 3), with state 1 the more turbulent, and the cost that they reach."""
    path = (scaled[:, 0] > np.quantile(scaled[:, 0], quantile)).astype(np.int64)
    centres = np.zeros((2, scaled.shape[1]))
    for _ in range(ROUNDS):
        centres = _centres(scaled, path, centres)
        last, path = path, best_path(_gaps(scaled, centres), penalty)
        if np.array_equal(last, path):
            break
    order = np.argsort(centres[:, 0])
    return centres[order], _cost(scaled, centres, path, penalty)


def _centres(scaled: Array, path: Path, before: Array) -> Array:
    """Mean of each state's sessions; a state without any keeps its centre."""
    return np.stack(
        [scaled[path == k].mean(axis=0) if (path == k).any() else before[k] for k in range(2)]
    )


def _gaps(scaled: Array, centres: Array) -> Array:
    """Cost of state 1 minus that of state 0 at each session: half the squared distances."""
    total = np.zeros(len(scaled))
    for j in range(scaled.shape[1]):
        total += (scaled[:, j] - centres[1, j]) ** 2 - (scaled[:, j] - centres[0, j]) ** 2
    return total / 2.0


def _cost(scaled: Array, centres: Array, path: Path, penalty: float) -> float:
    distances = ((scaled - centres[path]) ** 2).sum() / 2.0
    return float(distances + penalty * np.count_nonzero(np.diff(path)))
