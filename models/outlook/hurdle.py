"""Two questions asked apart: whether the market will move, and which way if it does."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import pandas as pd

from models.forecasting.fitted import Array, Fitted, every_scenario, scenario_codes
from models.forecasting.linear import fit_logit, linear, location_and_spread, standardise
from models.scenarios import BASE, TIGHTENING_SHOCK, Proba


@dataclass
class Hurdle(Fitted):
    """A logit of base or not on volatility, times a logit of the direction of those that moved.

    The hurdle model of Cragg (1971, Econometrica 39). How large the next moves will be is well
    told by implied volatility alone, and every further column blurs it; their direction needs the
    other inputs and a strong penalty. One multinomial logit must give both the same columns and
    the same penalty.

    Attributes
    ----------
    scale_inputs
        Inputs of the first question; they must be among ``inputs``. The second reads all.
    move_inverse_penalty, direction_inverse_penalty
        scikit-learn's ``C`` of each logit. The first is all but unpenalised, as in ``vix``.
    clip
        Standard deviations beyond which a column counts no further.
    """

    name: ClassVar = "hurdle"
    fitted: ClassVar = (
        "centre_",
        "spread_",
        "move_slopes_",
        "move_intercept_",
        "direction_slopes_",
        "direction_intercept_",
    )

    scale_inputs: tuple[str, ...] = ("vix_over_label_scale",)
    move_inverse_penalty: float = 1.0
    direction_inverse_penalty: float = 0.01
    clip: float = 3.0

    def fit(self, features: pd.DataFrame, outcomes: pd.DataFrame) -> Self:
        """Fit the first logit on every training row, the second on those that were not base."""
        codes = every_scenario(scenario_codes(outcomes), self.name)
        values = self.read(features)
        self.centre_, self.spread_ = location_and_spread(values)
        columns = standardise(values, self.centre_, self.spread_, self.clip)
        moved = codes != BASE
        self.move_slopes_, self.move_intercept_ = fit_logit(
            columns[:, self._scale], moved.astype(np.int64), self.move_inverse_penalty
        )
        self.direction_slopes_, self.direction_intercept_ = fit_logit(
            columns[moved],
            (codes[moved] == TIGHTENING_SHOCK).astype(np.int64),
            self.direction_inverse_penalty,
        )
        return self

    def predict_proba(self, features: pd.DataFrame) -> Proba:
        """Probabilities for each row, shape (n, 3)."""
        return np.exp(_log_shares(*self._scores(self._standardised(features))))

    def contributions(self, features: pd.DataFrame) -> dict[str, Proba]:
        """Share of each input in the change of log probability from the mean row, shape (n, 3).

        Integrated gradients (Sundararajan, Taly and Yan 2017) in closed form: a log probability is
        a sum of functions of the two scores, so the mean gradient along the way is each function's
        change over the score's change.
        """
        columns = self._standardised(features)
        move, direction = self._scores(columns)
        by_move = np.column_stack(
            [-_secant(-move, -self.move_intercept_)] + [_secant(move, self.move_intercept_)] * 2
        )
        by_direction = np.column_stack(
            [
                np.zeros(len(move)),
                _secant(direction, self.direction_intercept_),
                -_secant(-direction, -self.direction_intercept_),
            ]
        )
        slopes = np.zeros(len(self.inputs))
        slopes[self._scale] = self.move_slopes_[0]
        return {
            column: columns[:, j : j + 1]
            * (slopes[j] * by_move + self.direction_slopes_[0, j] * by_direction)
            for j, column in enumerate(self.inputs)
        }

    @property
    def _scale(self) -> list[int]:
        return self.positions(self.scale_inputs)

    def _scores(self, columns: Array) -> tuple[Array, Array]:
        """Log odds of a move, and of tightening given one, shape (n,) each."""
        move = linear(columns[:, self._scale], self.move_slopes_, self.move_intercept_)
        direction = linear(columns, self.direction_slopes_, self.direction_intercept_)
        return move[:, 0], direction[:, 0]

    def _standardised(self, features: pd.DataFrame) -> Array:
        return standardise(self.read(features), self.centre_, self.spread_, self.clip)


def _log_shares(move: Array, direction: Array) -> Array:
    """Log probabilities of base, tightening-shock and reflation, shape (n, 3)."""
    moves = _log_logistic(move)
    return np.column_stack(
        [_log_logistic(-move), moves + _log_logistic(direction), moves + _log_logistic(-direction)]
    )


def _log_logistic(score: Array) -> Array:
    """Log probability that belongs to log odds ``score``."""
    return -np.logaddexp(0.0, -score)


def _secant(score: Array, start: Array) -> Array:
    """Mean slope of ``_log_logistic`` between ``start``, shape (1,), and each score, shape (n,)."""
    gap = score - start
    close = np.abs(gap) < 1e-6
    slope = (_log_logistic(score) - _log_logistic(start)) / np.where(close, 1.0, gap)
    return np.where(close, np.exp(_log_logistic(-start)), slope)
