"""The reference that every skill is measured against: how often each scenario has happened."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import pandas as pd

from models.forecasting.counts import shares
from models.forecasting.fitted import Fitted, scenario_codes
from models.scenarios import Proba


@dataclass
class Climatology(Fitted):
    """Shares of the scenarios in the training rows, the same for every session; reads no column."""

    name: ClassVar = "climatology"
    fitted: ClassVar = ("shares_",)

    def fit(self, features: pd.DataFrame, outcomes: pd.DataFrame) -> Self:  # noqa: ARG002
        """Count the scenarios of the training rows."""
        self.shares_ = shares(scenario_codes(outcomes))
        return self

    def predict_proba(self, features: pd.DataFrame) -> Proba:
        """The same shares for each row, shape (n, 3)."""
        return np.tile(self.shares_, (len(features), 1))
