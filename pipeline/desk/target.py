"""The plain volatility target: what honest evidence supports as the size of a position."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.evaluation.backtest import SESSIONS_A_YEAR
from pipeline.settings.desk import TargetSettings

Array = NDArray[np.float64]


def realised(returns: pd.Series, sessions: int) -> pd.Series:
    """Standard deviation of daily returns over the last ``sessions``, a year, as a fraction.

    From the first session that has as many. Each window is computed by itself: pandas' rolling
    sums carry the rounding of all that came before, and a longer history would move last digits.
    """
    known = returns.dropna()
    if len(known) < sessions:
        return pd.Series(dtype=float, index=known.index[:0])
    windows = np.lib.stride_tricks.sliding_window_view(known.to_numpy(dtype=float), sessions)
    deviation = windows.std(axis=1, ddof=1) * np.sqrt(SESSIONS_A_YEAR)
    return pd.Series(deviation, known.index[sessions - 1 :])


def plain_target(returns: pd.Series, settings: TargetSettings, band: float) -> pd.Series:
    """Exposure by session: ``min(1, volatility / realised)``, held while within the band.

    The path starts at the first session whose volatility is known, where it takes what is wanted,
    and depends on returns up to each session alone. The band gives it a memory: a path that
    starts later may differ from this one by what the band allows, until both move at the same
    session, after which they stay the same. Call and back-test therefore both walk it
    from the first session of the panel.

    Parameters
    ----------
    returns
        By session: simple daily returns of what is held, NaN before it has a price.
    settings
        Volatility aimed at, and the sessions that measure it.
    band
        Exposure is left where it is while what is wanted is no farther from it than this.

    Returns
    -------
    pandas.Series
        0 to 1, by session from the first one that is known; empty when none is.
    """
    measured = realised(returns, settings.sessions)
    wild = np.maximum(measured.to_numpy(dtype=float), np.finfo(float).tiny)
    return pd.Series(banded(np.minimum(1.0, settings.volatility / wild), band), measured.index)


def banded(wanted: Array, band: float) -> Array:
    """Follow what is wanted only where it is farther than the band from what is held."""
    path: list[float] = []
    for share in wanted.tolist():
        path.append(share if not path or abs(share - path[-1]) > band else path[-1])
    return np.array(path)


def only_shrinking(path: Array, marked: NDArray[np.bool_]) -> Array:
    """Follow a path, but add nothing at the sessions that are marked (tier 4).

    What is held may shrink there; at the first session without a mark the path is followed again.
    """
    followed: list[float] = []
    for share, mark in zip(path.tolist(), marked.tolist(), strict=True):
        followed.append(min(share, followed[-1]) if mark and followed else share)
    return np.array(followed)
