"""The composite as a Student-t variable, cut into scenarios at the label's thresholds."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import pandas as pd

from models.forecasting.fitted import Array, Fitted
from models.forecasting.linear import linear, location_and_spread, standardise
from models.forecasting.student_t import log_share_slopes, scenario_shares
from models.scenarios import Proba

NODES, WEIGHTS = np.polynomial.legendre.leggauss(8)
"""Of the attribution's integral; with eight nodes its error is far below what is shown."""


@dataclass
class Student(Fitted):
    """Location-scale regression of the composite with Student-t errors.

    Location is linear in the inputs, log scale in the volatility inputs, degrees of freedom are
    one fitted number (Lange, Little and Taylor 1989, Journal of the American Statistical
    Association 84). It uses how far the composite went, not only which side of a threshold.

    Attributes
    ----------
    scale_inputs
        Inputs of the log scale; they must be among ``inputs``.
    tightening_above, reflation_below
        Thresholds on the composite, in standard deviations; those of the label.
    location_penalty, scale_penalty
        Weight of half the squared slopes against the summed log likelihood. Overlapping outcomes
        make rows count for less than they seem, hence hundreds and thousands.
    clip
        Standard deviations beyond which an input counts no further.
    """

    name: ClassVar = "student"
    fitted: ClassVar = (
        "centre_",
        "spread_",
        "location_",
        "location_slopes_",
        "log_scale_",
        "scale_slopes_",
        "degrees_",
    )

    scale_inputs: tuple[str, ...] = ("vix_log_gap", "composite_scale", "composite_rms_252")
    tightening_above: float = 0.5
    reflation_below: float = -0.5
    location_penalty: float = 3000.0
    scale_penalty: float = 100.0
    clip: float = 3.0

    def fit(self, features: pd.DataFrame, outcomes: pd.DataFrame) -> Self:
        """Fit by penalised maximum likelihood on training rows."""
        # Here and not above: scoring never fits, and the optimisers take a while to import.
        from models.forecasting.student_fit import maximise  # noqa: PLC0415

        values = self.read(features)
        self.centre_, self.spread_ = location_and_spread(values)
        inputs = standardise(values, self.centre_, self.spread_, self.clip)
        law = maximise(
            outcomes["composite"].to_numpy(dtype=float),
            inputs,
            inputs[:, self.positions(self.scale_inputs)],
            location_penalty=self.location_penalty,
            scale_penalty=self.scale_penalty,
        )
        self.location_, self.location_slopes_ = law.location, law.location_slopes
        self.log_scale_, self.scale_slopes_ = law.log_scale, law.scale_slopes
        self.degrees_ = law.degrees
        return self

    def predict_proba(self, features: pd.DataFrame) -> Proba:
        """Probabilities for each row, shape (n, 3)."""
        location, log_scale = self._law(self._standardised(features))
        return scenario_shares(location, log_scale, *self._shape)

    def contributions(self, features: pd.DataFrame) -> dict[str, Proba]:
        """Integrated gradients from the mean training row to each row, shape (n, 3) by input.

        After Sundararajan, Taly and Yan (2017): along the straight way between the two, each input
        collects its share of the change of log probability, and the shares sum to that change.
        """
        inputs = self._standardised(features)
        by_location, by_scale = self._mean_slopes(inputs)
        scale_slopes = np.zeros(len(self.inputs))
        scale_slopes[self.positions(self.scale_inputs)] = self.scale_slopes_
        return {
            column: inputs[:, j : j + 1]
            * (self.location_slopes_[j] * by_location + scale_slopes[j] * by_scale)
            for j, column in enumerate(self.inputs)
        }

    def _mean_slopes(self, inputs: Array) -> tuple[Array, Array]:
        """Derivatives of log probability by location and log scale, averaged along the way."""
        location, log_scale = self._law(inputs)
        by_location, by_scale = np.zeros((2, len(inputs), 3))
        for way, weight in zip((NODES + 1) / 2, WEIGHTS / 2, strict=True):
            slopes = log_share_slopes(
                self.location_ + way * (location - self.location_),
                self.log_scale_ + way * (log_scale - self.log_scale_),
                *self._shape,
            )
            by_location += weight * slopes[0]
            by_scale += weight * slopes[1]
        return by_location, by_scale

    @property
    def _shape(self) -> tuple[float, float, float]:
        return self.degrees_, self.reflation_below, self.tightening_above

    def _law(self, inputs: Array) -> tuple[Array, Array]:
        """Location and log scale, shape (n,) each."""
        scale_inputs = inputs[:, self.positions(self.scale_inputs)]
        location = linear(inputs, self.location_slopes_[None, :], np.array([self.location_]))
        log_scale = linear(scale_inputs, self.scale_slopes_[None, :], np.array([self.log_scale_]))
        return location[:, 0], log_scale[:, 0]

    def _standardised(self, features: pd.DataFrame) -> Array:
        return standardise(self.read(features), self.centre_, self.spread_, self.clip)
