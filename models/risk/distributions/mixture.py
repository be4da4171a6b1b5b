"""Scenario-conditional outcomes mixed by the outlook, at the volatility of HAR with the VIX."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from models.risk.approach import Approach
from models.risk.history import codes_of
from models.risk.sample import Array, Sample
from models.risk.scaled import rescaled, standardised
from models.risk.volatility import HarVix
from models.scenarios import SCENARIOS


@dataclass
class Forecast(Approach):
    """As `models.risk.distributions.har_vix`, each scenario's outcomes as likely as the outlook.

    Each standardised outcome of the training is weighted so that those of a scenario together have
    the probability that tonight's outlook gives it: a mixture of three distributions. A scenario
    that the training never saw leaves its probability to the others.
    """

    def fit(self, history: pd.DataFrame, scenarios: pd.Series) -> Self:
        """Fit the volatility, and keep the standardised outcomes with their scenarios."""
        sessions = pd.DatetimeIndex(scenarios.index)
        self.volatility_ = HarVix.fit(history, sessions, self.horizon)
        volatility = self.volatility_.forecast(history)
        shocks = standardised(history, sessions, volatility, self.horizon)
        self.shocks_: Array = shocks.to_numpy()
        self.codes_ = codes_of(scenarios.loc[shocks.index])
        return self

    def predict(self, history: pd.DataFrame, probabilities: pd.DataFrame) -> Sample:
        """See `Approach.predict`."""
        volatility = self.volatility_.forecast(history).loc[probabilities.index].to_numpy()
        counts = np.bincount(self.codes_, minlength=len(SCENARIOS))
        each = probabilities[list(SCENARIOS)].to_numpy() / np.maximum(counts, 1)
        return rescaled(self.shocks_, volatility, self.horizon, each[:, self.codes_])
