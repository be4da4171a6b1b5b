"""Historical simulation: the last 500 outcomes, as they were."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from models.risk.approach import Approach
from models.risk.history import RETURNS
from models.risk.sample import Sample

_LAST = 500


@dataclass
class Forecast(Approach):
    """Returns over the last 500 spans of ``horizon`` sessions that had ended, each as likely.

    It learns nothing of today's volatility: what every other approach must beat.
    """

    def fit(self, history: pd.DataFrame, scenarios: pd.Series) -> Self:  # noqa: ARG002
        """Nothing is fitted."""
        return self

    def predict(self, history: pd.DataFrame, probabilities: pd.DataFrame) -> Sample:
        """See `Approach.predict`; fewer outcomes are taken twice where the book is younger."""
        ended = history[RETURNS].rolling(self.horizon).sum().dropna()
        last = ended.index.get_indexer(probabilities.index, method="ffill")[:, np.newaxis]
        # Where fewer have ended, those that have come round again; never one from later on.
        places = (last - np.arange(_LAST)) % (last + 1)
        return Sample.of(np.expm1(ended.to_numpy()[places]))
