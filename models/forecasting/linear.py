"""Linear scores of standardised columns, and the multinomial logit made of them.

Sums run column by column in a fixed order, never through a matrix product, whose last bits depend
on how many rows are asked for at once: one session scored alone equals itself in twenty years.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.forecasting.fitted import Array, Fitted, every_scenario, scenario_codes
from models.scenarios import Proba


def location_and_spread(values: Array) -> tuple[Array, Array]:
    """Mean and standard deviation of each column over the rows where it exists, shape (p,) each.

    The spread of a column that never moves, or never exists, is infinite, so that it standardises
    to 0.
    """
    present = ~np.isnan(values)
    counts = np.maximum(present.sum(axis=0), 1)
    centre = np.where(present, values, 0.0).sum(axis=0) / counts
    squares = np.where(present, (values - centre) ** 2, 0.0).sum(axis=0)
    spread = np.sqrt(squares / counts)
    return centre, np.where(spread > 0.0, spread, np.inf)


def standardise(values: Array, centre: Array, spread: Array, clip: float) -> Array:
    """Standard deviations from the training mean, within ``clip``; missing is at the mean."""
    return np.nan_to_num(np.clip((values - centre) / spread, -clip, clip), nan=0.0)


def linear(values: Array, slopes: Array, start: Array) -> Array:
    """``start`` plus the sum over columns of value times slope.

    Parameters
    ----------
    values
        Shape (n, p).
    slopes
        Shape (k, p).
    start
        Shape (k,).

    Returns
    -------
    numpy.ndarray
        Shape (n, k).
    """
    total = np.tile(start, (len(values), 1))
    for j in range(values.shape[1]):
        total += values[:, j : j + 1] * slopes[:, j]
    return total


def softmax(scores: Array) -> Proba:
    """Probabilities proportional to the exponentials of the scores, row by row."""
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)


def fit_logit(
    design: Array, codes: NDArray[np.int64], inverse_penalty: float
) -> tuple[Array, Array]:
    """Fit a multinomial logit with an L2 penalty on the slopes.

    Parameters
    ----------
    design
        Standardised columns, shape (n, p).
    codes
        Scenario of each row; all three must occur.
    inverse_penalty
        scikit-learn's ``C``: the weight of the summed log likelihood against half the squared
        slopes.

    Returns
    -------
    tuple of numpy.ndarray
        Slopes, shape (3, p), and intercepts, shape (3,).
    """
    # Here and not above: scoring never fits, and scikit-learn takes seconds to import.
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    model = LogisticRegression(C=inverse_penalty, tol=1e-6, max_iter=1000).fit(design, codes)
    return model.coef_, model.intercept_


@dataclass
class LinearForecaster(Fitted):
    """Multinomial logit of standardised, clipped columns.

    Attributes
    ----------
    inverse_penalty
        scikit-learn's ``C``; smaller pulls the slopes to zero and the forecast to climatology.
    clip
        Standard deviations beyond which a column counts no further: one wild session must not
        carry the forecast.
    """

    fitted: ClassVar[tuple[str, ...]] = ("centre_", "spread_", "slopes_", "intercepts_")

    inverse_penalty: float = 0.005
    clip: float = 3.0

    def design(self, features: pd.DataFrame) -> Array:
        """Columns of the logit before standardising, shape (n, p); the inputs unless overridden."""
        return self.read(features)

    def fit(self, features: pd.DataFrame, outcomes: pd.DataFrame) -> Self:
        """Fit on training rows, standardising by these alone."""
        codes = every_scenario(scenario_codes(outcomes), self.name)
        design = self.design(features)
        self.centre_, self.spread_ = location_and_spread(design)
        self.slopes_, self.intercepts_ = fit_logit(
            self._standardised(design), codes, self.inverse_penalty
        )
        return self

    def predict_proba(self, features: pd.DataFrame) -> Proba:
        """Probabilities for each row, shape (n, 3)."""
        columns = self._standardised(self.design(features))
        return softmax(linear(columns, self.slopes_, self.intercepts_))

    def contributions(self, features: pd.DataFrame) -> dict[str, Proba]:
        """Slope times standardised value of each input, shape (n, 3); 0 where it is missing."""
        return dict(zip(self.inputs, self.terms(features), strict=True))

    def terms(self, features: pd.DataFrame) -> list[Proba]:
        """Additive term of each column of the design, shape (n, 3)."""
        columns = self._standardised(self.design(features))
        return [columns[:, j : j + 1] * self.slopes_[:, j] for j in range(columns.shape[1])]

    def _standardised(self, design: Array) -> Array:
        return standardise(design, self.centre_, self.spread_, self.clip)
