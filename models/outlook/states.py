"""The states' own forecast: what has followed each state of the hidden Markov model."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import pandas as pd

from models.forecasting.counts import TableForecaster
from models.forecasting.fitted import Array
from models.forecasting.linear import linear
from models.forecasting.pool import TINY
from models.scenarios import Proba


@dataclass
class States(TableForecaster):
    """Scenario shares by soft counts of filtered posteriors over the training rows.

    Carrying the posterior forward through the transition matrix is left out: the table already
    counts outcomes that lie ahead.

    Attributes
    ----------
    inputs
        Posterior columns, by default every ``state_<number>``.
    """

    name: ClassVar = "states"
    fitted: ClassVar = ("table_", "climatology_", "usual_")

    def fit(self, features: pd.DataFrame, outcomes: pd.DataFrame) -> Self:
        """Count scenarios by state over the training rows.

        Raises
        ------
        ValueError
            When there is no posterior column.
        """
        self.inputs = self.inputs or tuple(map(str, features.filter(regex=r"^state_\d+$")))
        if not self.inputs:
            raise ValueError(
                "model 'states' finds no column 'state_<number>' among the "
                f"{features.shape[1]} given; join the states' posteriors to the features"
            )
        weights = self.weights(features)
        known = ~np.isnan(weights).any(axis=1)
        self.usual_ = weights[known].sum(axis=0) / max(known.sum(), 1)
        return super().fit(features, outcomes)

    def weights(self, features: pd.DataFrame) -> Array:
        """Filtered posteriors, shape (n, K); NaN before the first fit of the states."""
        return self.read(features)

    def contributions(self, features: pd.DataFrame) -> dict[str, Proba]:
        """Share of each posterior in ``log p - log p of the usual posterior``, shape (n, 3).

        The forecast is linear in the posterior, so the integrated gradient (Sundararajan, Taly
        and Yan 2017) from the mean training posterior is the change of each summand over the
        logarithmic mean of the two probabilities. Zero where the posterior is missing.
        """
        moved = np.nan_to_num(self.weights(features) - self.usual_, nan=0.0)
        start = self.usual_ @ self.table_
        mean = _logarithmic_mean(start, linear(moved, self.table_.T, start))
        return {
            column: moved[:, k : k + 1] * self.table_[k] / mean
            for k, column in enumerate(self.inputs)
        }


def _logarithmic_mean(left: Array, right: Array) -> Array:
    left, right = np.maximum(left, TINY), np.maximum(right, TINY)
    gap = np.log(right) - np.log(left)
    close = np.abs(gap) < 1e-9
    return np.where(close, left, (right - left) / np.where(close, 1.0, gap))
