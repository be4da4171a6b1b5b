"""The statistical jump model on the Nasdaq-100, and what has followed its two states."""

from dataclasses import dataclass
from typing import ClassVar, Self

import pandas as pd

from models.forecasting.counts import TableForecaster, one_hot
from models.forecasting.fitted import Array, scenario_codes
from models.forecasting.jump_states import LOOK_BACK, JumpStates, trailing_measures


@dataclass
class Jump(TableForecaster):
    """Scenario shares by the state of a two-state jump model, inferred without the future.

    The model is `models.forecasting.jump_states.JumpStates`. The table counts the states as they
    were known on the day, so that training rows are no better informed than the tested ones.

    Attributes
    ----------
    jump_penalty
        Cost of a switch against half the squared distance to a centre, in standard deviations.
    inputs
        One column of daily log returns, by default ``qqq_return``.
    """

    name: ClassVar = "jump"
    context: ClassVar = 2 * LOOK_BACK
    fitted: ClassVar = ("table_", "climatology_", "centre_", "spread_", "centres_")

    jump_penalty: float = 50.0

    def __post_init__(self) -> None:
        self.inputs = self.inputs or ("qqq_return",)

    def fit(self, features: pd.DataFrame, outcomes: pd.DataFrame) -> Self:
        """Fit the states on consecutive training sessions, then count scenarios by state."""
        measures = self._measures(features)
        fit = JumpStates.fit(measures, self.jump_penalty)
        self.centre_, self.spread_, self.centres_ = fit.centre, fit.spread, fit.centres
        return self.tabulate(self._one_hot(measures), scenario_codes(outcomes))

    def weights(self, features: pd.DataFrame) -> Array:
        """One-hot state at each session, shape (n, 2); NaN until a return is known."""
        return self._one_hot(self._measures(features))

    def _measures(self, features: pd.DataFrame) -> Array:
        return trailing_measures(self.read(features)[:, 0])

    def _one_hot(self, measures: Array) -> Array:
        states = JumpStates(self.centre_, self.spread_, self.centres_)
        return one_hot(states.known(measures, self.jump_penalty), 2)
