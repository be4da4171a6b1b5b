"""The statistical jump model on the Nasdaq-100, and what has followed its two states."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import pandas as pd

from models.forecasting.counts import TableForecaster, one_hot
from models.forecasting.fitted import Array, scenario_codes
from models.forecasting.jumps import Path, best_path, excess_cost, last_state, weighted_sum
from models.forecasting.linear import location_and_spread, standardise

LOOK_BACK = 256
"""Sessions that weighted means look back, and so do the paths."""

STARTS = (0.5, 0.7, 0.9)
"""Quantiles of downside deviation from which the fit starts: above is the turbulent state."""

CLIP = 3.0
ROUNDS = 50


@dataclass
class Jump(TableForecaster):
    """Scenario shares by the state of a two-state jump model, inferred without the future.

    Fitted as in Bemporad, Breschi, Piga and Boyd (2018, Automatica 96) and Nystrup, Lindström and
    Madsen (2020, Expert Systems with Applications 150): centres given the path and the cheapest
    path given the centres, in turn, from several starts. Inputs and penalty follow Shu, Yu and
    Mulvey (2024, Journal of Asset Management 25): downside deviation with a half-life of 10
    sessions and Sortino ratios with 20 and 60. The table counts the states as they were known on
    the day, so that training rows are no better informed than the tested ones.

    Attributes
    ----------
    jump_penalty
        Cost of a switch against half the squared distance to a centre, in standard deviations.
    inputs
        One column of daily log returns, by default ``qqq_return``.
    """

    name: ClassVar = "jump"
    context: ClassVar = 2 * LOOK_BACK
    fitted: ClassVar = ("table_", "climatology_", "centre_", "spread_", "centres_")

    jump_penalty: float = 50.0

    def __post_init__(self) -> None:
        self.inputs = self.inputs or ("qqq_return",)

    def fit(self, features: pd.DataFrame, outcomes: pd.DataFrame) -> Self:
        """Fit the states on consecutive training sessions, then count scenarios by state."""
        returns = self.read(features)[:, 0]
        measures = _measures(returns)
        self.centre_, self.spread_ = location_and_spread(measures)
        scaled = standardise(measures, self.centre_, self.spread_, CLIP)
        fits = [_descend(scaled, self.jump_penalty, quantile) for quantile in STARTS]
        self.centres_ = min(fits, key=lambda fit: fit[1])[0]
        return self.tabulate(self._states(scaled, returns), scenario_codes(outcomes))

    def weights(self, features: pd.DataFrame) -> Array:
        """One-hot state at each session, shape (n, 2); NaN until a return is known."""
        returns = self.read(features)[:, 0]
        scaled = standardise(_measures(returns), self.centre_, self.spread_, CLIP)
        return self._states(scaled, returns)

    def _states(self, scaled: Array, returns: Array) -> Array:
        excess = excess_cost(_gaps(scaled, self.centres_), self.jump_penalty, LOOK_BACK)
        known = np.logical_or.accumulate(~np.isnan(returns))
        return one_hot(np.where(known, last_state(excess), -1), 2)


def _measures(returns: Array) -> Array:
    """Downside deviation and two Sortino ratios, shape (n, 3)."""
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
    weight = weighted_sum(present.astype(float), half_life, LOOK_BACK)
    known = np.where(weight > 0.0, weight, np.nan)
    return [
        weighted_sum(np.where(present, column, 0.0), half_life, LOOK_BACK) / known
        for column in columns
    ]


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
