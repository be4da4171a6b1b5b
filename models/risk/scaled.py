"""Filtered simulation: standardised outcomes of the past, times the volatility of today."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.risk.history import following
from models.risk.sample import Sample

Array = NDArray[np.float64]


def standardised(
    history: pd.DataFrame, sessions: pd.DatetimeIndex, volatility: pd.Series, horizon: int
) -> pd.Series:
    """Returns after each training session over the volatility forecast that evening, rising.

    Barone-Adesi, Giannopoulos and Vosper (1999), *VaR without correlations for portfolios of
    derivative securities*, with outcomes of the whole horizon in place of paths of single days:
    what days of one outcome have in common is kept.
    """
    scale = volatility * np.sqrt(horizon)
    return (following(history, horizon) / scale).loc[sessions].dropna().sort_values()


def rescaled(
    shocks: Array, volatility: Array, horizon: int, weights: Array | None = None
) -> Sample:
    """Simple returns of the standardised outcomes at each asked session's volatility.

    Parameters
    ----------
    shocks
        Shape (outcomes,).
    volatility
        Shape (sessions,): a day's.
    horizon
        Sessions.
    weights
        Shape (sessions, outcomes); None for equal ones.
    """
    moves = np.outer(volatility * np.sqrt(horizon), shocks)
    return Sample.of(np.expm1(moves), weights)
