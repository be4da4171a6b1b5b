"""Forecasts of a book's volatility: exponentially weighted, and heterogeneous with the VIX."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.risk.history import RETURNS, VIX

Array = NDArray[np.float64]

DECAY = 0.94
"""RiskMetrics (1996), for daily returns."""

_SPANS = (5, 21, 63)
_LEAST = 1e-5
"""A day's volatility below which none is told from none at all: cash, or a price that stands."""


def ewma_volatility(history: pd.DataFrame) -> pd.Series:
    """A day's volatility by the mean square that forgets 6 % a session (RiskMetrics 1996).

    Parameters
    ----------
    history
        See `models.risk.history`. NaN until 21 returns are known.
    """
    squares = history[RETURNS] ** 2
    mean = squares.ewm(alpha=1.0 - DECAY, min_periods=_SPANS[1], ignore_na=True).mean()
    return np.maximum(np.sqrt(mean), _LEAST)


@dataclass(frozen=True, eq=False)
class HarVix:
    """Heterogeneous autoregression of log volatility, with the VIX (Corsi 2009).

    The log of the root mean square return over the next sessions, on that over the last week,
    month and quarter and on the log of the VIX, by least squares.

    Attributes
    ----------
    slopes
        Shape (5,): constant, week, month, quarter, VIX.

    References
    ----------
    Corsi (2009), *A simple approximate long-memory model of realized volatility*, Journal of
    Financial Econometrics 7. Daily returns stand in for intraday ones, which the past lacks; the
    day's own square is too noisy a measure of its volatility and is left out.
    """

    slopes: Array

    @classmethod
    def fit(cls, history: pd.DataFrame, sessions: pd.DatetimeIndex, horizon: int) -> "HarVix":
        """Fit on sessions whose next ``horizon`` sessions lie in the history."""
        following = rms(history[RETURNS], horizon).shift(-horizon)
        rows = _terms(history).assign(following=np.log(following)).loc[sessions].dropna()
        known, target = rows.drop(columns="following").to_numpy(), rows["following"].to_numpy()
        return cls(np.linalg.lstsq(known, target, rcond=None)[0])

    def forecast(self, history: pd.DataFrame) -> pd.Series:
        """A day's volatility over the sessions that follow, by session."""
        terms = _terms(history)
        # No matrix product: its last bits would depend on how many sessions follow.
        logs = (terms.to_numpy() * self.slopes).sum(axis=1)
        return pd.Series(np.exp(logs), terms.index)


def rms(returns: pd.Series, sessions: int) -> pd.Series:
    """Root mean square of the last returns, all of which must be known."""
    mean = (returns**2).rolling(sessions).mean()
    roots = np.sqrt(np.maximum(mean.to_numpy(), 0.0))
    return pd.Series(np.maximum(roots, _LEAST), returns.index)


def _terms(history: pd.DataFrame) -> pd.DataFrame:
    realised = {f"rms_{n}": np.log(rms(history[RETURNS], n)) for n in _SPANS}
    return pd.DataFrame({"constant": 1.0, **realised, VIX: np.log(history[VIX])}, history.index)
