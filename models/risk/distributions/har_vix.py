"""Filtered historical simulation on a heterogeneous volatility forecast with the VIX."""

from dataclasses import dataclass
from typing import Self

import pandas as pd

from models.risk.approach import Approach
from models.risk.sample import Array, Sample
from models.risk.scaled import rescaled, standardised
from models.risk.volatility import HarVix


@dataclass
class Forecast(Approach):
    """Standardised outcomes of the training at the volatility that HAR with the VIX forecasts."""

    def fit(self, history: pd.DataFrame, scenarios: pd.Series) -> Self:
        """Fit the volatility, and keep the standardised outcomes."""
        sessions = pd.DatetimeIndex(scenarios.index)
        self.volatility_ = HarVix.fit(history, sessions, self.horizon)
        volatility = self.volatility_.forecast(history)
        self.shocks_ = standardised(history, sessions, volatility, self.horizon)
        return self

    def predict(self, history: pd.DataFrame, probabilities: pd.DataFrame) -> Sample:
        """See `Approach.predict`."""
        volatility = self.volatility_.forecast(history).loc[probabilities.index].to_numpy()
        weights = self._weights(probabilities)
        return rescaled(self.shocks_.to_numpy(), volatility, self.horizon, weights)

    def _weights(self, probabilities: pd.DataFrame) -> Array | None:  # noqa: ARG002
        """Of the outcomes, shape (sessions, outcomes); equal where there are none."""
        return None
