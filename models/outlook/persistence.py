"""What follows each scenario, given the last one that is known."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from models.forecasting.counts import TableForecaster, one_hot
from models.forecasting.fitted import Array
from models.scenarios import BASE, REFLATION, SCENARIOS, TIGHTENING_SHOCK


@dataclass
class Persistence(TableForecaster):
    """Scenario shares after each class of the trailing composite over the window's own length.

    Attributes
    ----------
    tightening_above, reflation_below
        Thresholds on the trailing composite, in standard deviations; those of the label.
    inputs
        One column, by default ``composite_<length of the window>``.
    """

    name: ClassVar = "persistence"

    tightening_above: float = 0.5
    reflation_below: float = -0.5

    def __post_init__(self) -> None:
        self.inputs = self.inputs or (f"composite_{self.window.length}",)

    def weights(self, features: pd.DataFrame) -> Array:
        """One-hot scenario of the trailing window; NaN where the composite is missing."""
        composite = self.read(features)[:, 0]
        classes = np.full(len(composite), BASE)
        classes[composite > self.tightening_above] = TIGHTENING_SHOCK
        classes[composite < self.reflation_below] = REFLATION
        classes[np.isnan(composite)] = -1
        return one_hot(classes, len(SCENARIOS))
