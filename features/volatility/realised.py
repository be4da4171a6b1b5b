"""Realised volatility, and the pressure it puts on volatility-target books (S13, S14)."""

import pandas as pd

from features.maths.trailing import change, log_change, log_ratio, realised_volatility
from features.registry import feature

ANNUAL = "fraction a year"


@feature(
    "S13",
    label="S&P 500 volatility over {sessions} sessions",
    unit=ANNUAL,
    window=lambda n: n + 1,
    speeds=(5, 21, 63),
)
def spy_realised(spy: pd.Series, *, sessions: int) -> pd.Series:
    """Realised volatility of the S&P 500."""
    return realised_volatility(log_change(spy, 1), sessions)


@feature(
    "S13",
    label="Nasdaq-100 volatility over {sessions} sessions",
    unit=ANNUAL,
    window=lambda n: n + 1,
    speeds=(5, 21, 63),
)
def qqq_realised(qqq: pd.Series, *, sessions: int) -> pd.Series:
    """Realised volatility of the Nasdaq-100."""
    return realised_volatility(log_change(qqq, 1), sessions)


@feature(
    "S13",
    label="bitcoin volatility over {sessions} sessions",
    unit=ANNUAL,
    window=lambda n: n + 1,
    speeds=(5, 21, 63),
)
def btc_realised(btc: pd.Series, *, sessions: int) -> pd.Series:
    """Realised volatility of bitcoin from decision to decision, weekends within Monday's move."""
    return realised_volatility(log_change(btc, 1), sessions)


@feature("S13", label="S&P 500 volatility 5 against 63 sessions", unit="log ratio", window=64)
def spy_realised_5_over_63(spy: pd.Series) -> pd.Series:
    """Fast against slow realised volatility of the S&P 500; positive is rising."""
    return _fast_over_slow(spy)


@feature("S13", label="bitcoin volatility 5 against 63 sessions", unit="log ratio", window=64)
def btc_realised_5_over_63(btc: pd.Series) -> pd.Series:
    """Fast against slow realised volatility of bitcoin; positive is rising."""
    return _fast_over_slow(btc)


@feature("S13", label="bitcoin volatility over the Nasdaq-100's", unit="log ratio", window=22)
def btc_over_qqq_realised_21(btc_realised_21: pd.Series, qqq_realised_21: pd.Series) -> pd.Series:
    """Realised volatility of bitcoin against the Nasdaq-100's."""
    return log_ratio(btc_realised_21, qqq_realised_21)


@feature("S14", label="exposure of volatility-target books", unit="fraction of the book", window=22)
def vol_target_exposure(
    spy_realised_21: pd.Series, *, vol_target: float, vol_target_max_exposure: float
) -> pd.Series:
    """S&P 500 exposure of a book that targets ``vol_target``, at most ``vol_target_max_exposure``.

    Target over realised volatility (Moreira & Muir 2017).
    """
    exposure = vol_target / spy_realised_21.where(spy_realised_21 > 0)
    return exposure.clip(upper=vol_target_max_exposure)


@feature(
    "S14",
    label="forced cuts of volatility-target books",
    unit="fraction of the book",
    window=lambda n: n + 22,
)
def vol_target_pressure(vol_target_exposure: pd.Series, *, vol_target_sessions: int) -> pd.Series:
    """How much that book had to cut over ``vol_target_sessions``; negative when it added."""
    return -change(vol_target_exposure, vol_target_sessions)


def _fast_over_slow(prices: pd.Series) -> pd.Series:
    returns = log_change(prices, 1)
    return log_ratio(realised_volatility(returns, 5), realised_volatility(returns, 63))
