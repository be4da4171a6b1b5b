"""Scenario-conditional outcomes mixed by the outlook, at the volatility of HAR with the VIX."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from models.risk.distributions import har_vix
from models.risk.history import codes_of
from models.risk.sample import Array
from models.scenarios import SCENARIOS


@dataclass
class Forecast(har_vix.Forecast):
    """As `models.risk.distributions.har_vix`, each scenario's outcomes as likely as the outlook.

    Each standardised outcome of the training is weighted so that those of a scenario together have
    the probability that tonight's outlook gives it: a mixture of three distributions. A scenario
    that the training never saw leaves its probability to the others.
    """

    def fit(self, history: pd.DataFrame, scenarios: pd.Series) -> Self:
        """Fit the volatility, and keep the standardised outcomes with their scenarios."""
        super().fit(history, scenarios)
        self.codes_ = codes_of(scenarios.loc[self.shocks_.index])
        return self

    def _weights(self, probabilities: pd.DataFrame) -> Array:
        counts = np.bincount(self.codes_, minlength=len(SCENARIOS))
        each = probabilities[list(SCENARIOS)].to_numpy() / np.maximum(counts, 1)
        return each[:, self.codes_]
