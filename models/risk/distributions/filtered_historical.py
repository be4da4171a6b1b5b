"""Filtered historical simulation on exponentially weighted volatility."""

from dataclasses import dataclass
from typing import Self

import pandas as pd

from models.risk.approach import Approach
from models.risk.sample import Array, Sample
from models.risk.scaled import rescaled, standardised
from models.risk.volatility import ewma_volatility


@dataclass
class Forecast(Approach):
    """Standardised outcomes of the training at today's RiskMetrics volatility."""

    def fit(self, history: pd.DataFrame, scenarios: pd.Series) -> Self:
        """Keep the standardised outcomes."""
        sessions = pd.DatetimeIndex(scenarios.index)
        shocks = standardised(history, sessions, ewma_volatility(history), self.horizon)
        self.shocks_: Array = shocks.to_numpy()
        return self

    def predict(self, history: pd.DataFrame, probabilities: pd.DataFrame) -> Sample:
        """See `Approach.predict`."""
        volatility = ewma_volatility(history).loc[probabilities.index].to_numpy()
        return rescaled(self.shocks_, volatility, self.horizon)
