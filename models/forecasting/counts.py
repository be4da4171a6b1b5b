"""Scenario shares counted in training rows, overall and within classes or soft states."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.forecasting.fitted import Array, Fitted, scenario_codes
from models.scenarios import SCENARIOS, Proba


def shares(codes: NDArray[np.int64]) -> Array:
    """Share of each scenario, shape (3,).

    Raises
    ------
    ValueError
        When there is no row.
    """
    if len(codes) == 0:
        raise ValueError("no training row is given; let the first test session be later")
    return np.bincount(codes, minlength=len(SCENARIOS)) / len(codes)


def one_hot(classes: NDArray[np.int64], count: int) -> Array:
    """Rows with a one at their class, shape (n, count); a negative class is unknown: a NaN row."""
    rows = np.eye(count)[classes]
    rows[classes < 0] = np.nan
    return rows


@dataclass
class TableForecaster(Fitted):
    """Each class of session has the scenario shares that followed it in the training rows.

    A session may belong to several classes in part (posteriors); its forecast is the mean of
    their shares. A session of unknown class gets climatology.

    Attributes
    ----------
    pseudo_rows
        Rows of climatology added to each class, so that a rare one is not taken at its word.
    """

    fitted: ClassVar[tuple[str, ...]] = ("table_", "climatology_")

    pseudo_rows: float = 5.0

    @abstractmethod
    def weights(self, features: pd.DataFrame) -> Array:
        """Weight of each class in each row, shape (n, K), summing to one; NaN where unknown."""

    def fit(self, features: pd.DataFrame, outcomes: pd.DataFrame) -> Self:
        """Count scenarios by class over the training rows."""
        return self.tabulate(self.weights(features), scenario_codes(outcomes))

    def tabulate(self, weights: Array, codes: NDArray[np.int64]) -> Self:
        """Count the scenarios of rows whose weights are known, shape (n, K)."""
        self.climatology_ = shares(codes)
        weights = np.where(np.isnan(weights).any(axis=1, keepdims=True), 0.0, weights)
        counts = weights.T @ np.eye(len(SCENARIOS))[codes]
        rows = weights.sum(axis=0)[:, None]
        self.table_ = (counts + self.pseudo_rows * self.climatology_) / (rows + self.pseudo_rows)
        return self

    def predict_proba(self, features: pd.DataFrame) -> Proba:
        """Probabilities for each row, shape (n, 3)."""
        weights = self.weights(features)
        proba = np.zeros((len(weights), len(SCENARIOS)))
        for k in range(weights.shape[1]):
            proba += weights[:, k : k + 1] * self.table_[k]
        unknown = np.isnan(proba).any(axis=1)
        proba[unknown] = self.climatology_
        return proba / proba.sum(axis=1, keepdims=True)
