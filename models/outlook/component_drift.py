"""Drift of each component by ridge regression, then a small logit on the drifts."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import pandas as pd

from models.forecasting.fitted import Array, every_scenario, scenario_codes
from models.forecasting.linear import LinearForecaster, fit_logit, location_and_spread, standardise


@dataclass
class ComponentDrift(LinearForecaster):
    """Reduced-rank multinomial logit: the inputs speak through the drifts of the components.

    Drifts are learnt from the moves themselves, which say more than three classes do; the logit
    then has few columns. Both steps are linear in the standardised inputs, so what is kept is one
    slope an input and scenario. The logit is fitted on the drifts of the rows that they were
    learnt from, and a strong ridge keeps these honest: drifts from left-out blocks, which lean
    against each block's own mean, cost one point of skill on 2011-2018 and two on 2019-2025.

    Attributes
    ----------
    scale_inputs
        Inputs that the logit sees beside the drifts: volatility says base or not, drifts say
        which way. They must be among ``inputs``.
    ridge
        Penalty of the drifts, in rows: with as many training rows a lone input keeps half its
        slope. Outcomes overlap, so it counts in thousands.
    min_rows
        Rows that a component must have to be used; the bitcoin component begins late.
    """

    name: ClassVar = "component_drift"

    scale_inputs: tuple[str, ...] = ("vix_log_gap",)
    ridge: float = 10_000.0
    min_rows: int = 756

    def fit(self, features: pd.DataFrame, outcomes: pd.DataFrame) -> Self:
        """Fit drifts, then the logit on them, and fold both into one linear map.

        Raises
        ------
        ValueError
            When no component is long enough, or a scenario never occurs.
        """
        codes = every_scenario(scenario_codes(outcomes), self.name)
        values = self.read(features)
        self.centre_, self.spread_ = location_and_spread(values)
        inputs = standardise(values, self.centre_, self.spread_, self.clip)
        directions = self._directions(inputs, outcomes)
        centre, spread = location_and_spread(inputs @ directions.T)
        design = standardise(inputs @ directions.T, centre, spread, np.inf)
        slopes, intercepts = fit_logit(design, codes, self.inverse_penalty)
        self.slopes_ = slopes / spread @ directions
        self.intercepts_ = intercepts - slopes @ (centre / spread)
        return self

    def _directions(self, inputs: Array, outcomes: pd.DataFrame) -> Array:
        """Slopes of each drift, then the inputs that pass as they are, shape (columns, inputs)."""
        passed = np.eye(inputs.shape[1])[self.positions(self.scale_inputs)]
        components = self._components(outcomes)
        drifts = [_ridge_slopes(inputs, moves, self.ridge) for moves in components.T]
        return np.vstack([*drifts, passed])

    def _components(self, outcomes: pd.DataFrame) -> Array:
        """Moves of the components that are long enough, shape (n, components)."""
        moves = outcomes.filter(regex="^component_")
        kept = moves.loc[:, moves.notna().sum() >= self.min_rows]
        if kept.shape[1] == 0:
            raise ValueError(
                f"model {self.name!r} needs {self.min_rows} rows of some component, but the "
                f"{len(moves)} training rows have fewer of each of: "
                f"{', '.join(moves.columns) or 'none'}; "
                "let the first test session be later"
            )
        return kept.to_numpy(dtype=float)


def _ridge_slopes(inputs: Array, moves: Array, ridge: float) -> Array:
    """Ridge regression over the rows where the component exists; the intercept is not penalised."""
    present = ~np.isnan(moves)
    columns = inputs[present] - inputs[present].mean(axis=0)
    penalised = columns.T @ columns + ridge * np.eye(columns.shape[1])
    return np.linalg.solve(penalised, columns.T @ moves[present])
