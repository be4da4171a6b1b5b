"""The null: regimes that are as persistent as real ones and know nothing of the market."""

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from models.forecasting.counts import TableForecaster, one_hot
from models.forecasting.fitted import Array
from models.forecasting.null import random_regimes


@dataclass
class RandomRegime(TableForecaster):
    """Scenario shares by the states of a random Markov chain over weekdays.

    What it scores is what persistence and counting alone can pretend to. Reads no column.

    Attributes
    ----------
    stay
        Probability of staying from one weekday to the next; by default that of the hidden
        Markov model's states.
    count
        Number of states, equally likely.
    seed
        Seed of the chain.
    """

    name: ClassVar = "random_regime"

    stay: float = 0.96
    count: int = 3
    seed: int = 1

    def weights(self, features: pd.DataFrame) -> Array:
        """One-hot state of each session, shape (n, count)."""
        regimes = random_regimes(
            pd.DatetimeIndex(features.index), stay=self.stay, states=self.count, seed=self.seed
        )
        return one_hot(regimes, self.count)
