"""The baseline to beat for ``now``: the half of the window that has been seen."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from models.forecasting.fitted import Array
from models.forecasting.linear import LinearForecaster
from models.scenarios import Proba, Window


@dataclass
class SeenHalf(LinearForecaster):
    """Multinomial logit on the seen half of the composite, its square, the VIX and their product.

    Attributes
    ----------
    inputs
        Two columns in the order seen composite (by default ``composite_<window.back>``) and log
        VIX minus its expanding mean.
    """

    name: ClassVar = "seen_half"

    inverse_penalty: float = 1.0

    def __post_init__(self) -> None:
        self.inputs = self.inputs or (f"composite_{self.window.back}", "vix_log_gap")

    @classmethod
    def applies(cls, window: Window) -> bool:
        """Whether part of the window has been seen at the decision."""
        return window.back > 0

    def design(self, features: pd.DataFrame) -> Array:
        """Seen composite, its square, volatility, and composite times volatility, shape (n, 4)."""
        seen, volatility = self.read(features).T
        return np.column_stack([seen, seen**2, volatility, seen * volatility])

    def contributions(self, features: pd.DataFrame) -> dict[str, Proba]:
        """Terms of the two inputs, shape (n, 3) each; they share the product's term equally."""
        seen, square, volatility, product = self.terms(features)
        composite_column, volatility_column = self.inputs
        return {
            composite_column: seen + square + product / 2,
            volatility_column: volatility + product / 2,
        }
