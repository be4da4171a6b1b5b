"""GARCH(1,1) with Student-t errors, simulated to the horizon."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from models.risk.approach import Approach
from models.risk.history import RETURNS
from models.risk.sample import Array, Sample

_PATHS, _SEED = 2000, 7


@dataclass
class Forecast(Approach):
    """2000 antithetic paths from each evening's variance; fitted to the book's own returns."""

    def fit(self, history: pd.DataFrame, scenarios: pd.Series) -> Self:  # noqa: ARG002
        """Fit by maximum likelihood on every return of the history."""
        # scipy is loaded where this approach is fitted, and nowhere else.
        from models.risk.garch_fit import fit_garch  # noqa: PLC0415

        self.law_ = fit_garch(history[RETURNS].dropna().to_numpy())
        return self

    def predict(self, history: pd.DataFrame, probabilities: pd.DataFrame) -> Sample:
        """See `Approach.predict`."""
        returns = history[RETURNS].dropna()
        after = self.law_.variances(returns.to_numpy() - self.law_.mean)[1:]
        variance = after[returns.index.get_indexer(probabilities.index)]
        half = np.random.default_rng(_SEED).standard_t(
            self.law_.degrees, size=(self.horizon, _PATHS // 2)
        )
        unit = half * np.sqrt((self.law_.degrees - 2) / self.law_.degrees)
        draws: Array = np.concatenate([unit, -unit], axis=1)
        return Sample.of(np.expm1(self.law_.paths(variance, draws)))
