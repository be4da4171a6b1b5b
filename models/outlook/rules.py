"""The rules of the day: what a desk would say from a few thresholds, made into probabilities."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from models.forecasting.counts import TableForecaster, one_hot
from models.forecasting.fitted import Array
from models.scenarios import BASE, REFLATION, SCENARIOS, TIGHTENING_SHOCK


@dataclass
class Rules(TableForecaster):
    """Scenario shares after each call of two desk rules (S30, S43, S44).

    Tightening-shock: the 2-year yield reprices upward, the dollar rises and technology breadth is
    weak. Reflation: volatility stands high against its mean while conditions ease. Tightening
    wins when both fire, base is called when neither does.

    Attributes
    ----------
    repricing_above
        Least 63-session rise of the 2-year yield, in its own standard deviations.
    breadth_below
        Share of technology members above their 200-day mean under which breadth is weak.
    volatility_above
        Least log VIX above its expanding mean that counts as high.
    easing_below
        Trailing composite, in standard deviations, under which conditions ease.
    inputs
        Five columns in the order repricing, dollar momentum, breadth, volatility, trailing
        composite.
    """

    name: ClassVar = "rules"

    repricing_above: float = 0.5
    breadth_below: float = 0.5
    volatility_above: float = 0.2
    easing_below: float = -0.25

    def __post_init__(self) -> None:
        self.inputs = self.inputs or (
            "us2y_repricing_63",
            "dxy_momentum_21",
            "tech_above_200",
            "vix_log_gap",
            "composite_5",
        )

    def weights(self, features: pd.DataFrame) -> Array:
        """One-hot call of the rules; NaN where nothing that they read exists."""
        values = self.read(features)
        repricing, dollar, breadth, volatility, trailing = values.T
        tightening = (
            (repricing > self.repricing_above) & (dollar > 0.0) & (breadth < self.breadth_below)
        )
        reflation = (volatility > self.volatility_above) & (trailing < self.easing_below)
        calls = np.select([tightening, reflation], [TIGHTENING_SHOCK, REFLATION], BASE)
        calls[np.isnan(values).all(axis=1)] = -1
        return one_hot(calls, len(SCENARIOS))
