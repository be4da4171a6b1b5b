"""What a book's risk is learned from: its daily returns, the VIX, and what happened."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.scenarios import SCENARIOS

RETURNS, VIX = "returns", "vix"
"""Columns of a history: the book's log return of each session, NaN before all of it traded, and
the VIX that evening, in percent. Its index is the sessions, in order."""


def following(history: pd.DataFrame, horizon: int) -> pd.Series:
    """Log return of the book over the ``horizon`` sessions after each; NaN where not yet known."""
    return history[RETURNS].rolling(horizon).sum().shift(-horizon)


def codes_of(scenarios: pd.Series) -> NDArray[np.int64]:
    """Positions in ``SCENARIOS`` of scenarios by name."""
    return pd.Categorical(scenarios, categories=SCENARIOS).codes.astype(np.int64)
