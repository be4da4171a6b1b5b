"""Implied volatility: VIX against its past and against realised, term structure, rates (S13)."""

import pandas as pd

from features.maths.trailing import (
    expanding_mean,
    log,
    log_change,
    log_ratio,
    lowest,
    mean,
    zscore,
)
from features.registry import feature, running

LOG_RATIO, DEVIATIONS = "log ratio", "standard deviations"
PERCENT_PER_FRACTION = 100.0


@feature("S13", label="log VIX", unit="log percent", window=1)
def log_vix(vix: pd.Series) -> pd.Series:
    """Logarithm of VIX."""
    return log(vix)


@feature("S13", label="VIX {over}", unit="log return", window=lambda n: n + 1, speeds=(1, 5))
def vix_change(vix: pd.Series, *, sessions: int) -> pd.Series:
    """Log change of VIX."""
    return log_change(vix, sessions)


@running
def log_vix_mean(log_vix: pd.Series) -> pd.Series:
    """Mean of log VIX so far."""
    return expanding_mean(log_vix)


@feature("S13", label="VIX against its long mean", unit=LOG_RATIO, window=1)
def vix_log_gap(log_vix: pd.Series, log_vix_mean: pd.Series) -> pd.Series:
    """Log VIX minus its mean of all sessions so far: how large the next moves will be."""
    return log_vix - log_vix_mean


@feature("S13", label="VIX against its year", unit=DEVIATIONS, window=252)
def vix_zscore_252(vix: pd.Series) -> pd.Series:
    """VIX against its own year."""
    return zscore(vix, 252)


@feature("S13", label="VIX over its 63-session low", unit=LOG_RATIO, window=63)
def vix_over_low_63(vix: pd.Series) -> pd.Series:
    """VIX over its 63-session low."""
    return log_ratio(vix, lowest(vix, 63))


@feature("S13", label="VIX over realised volatility", unit=LOG_RATIO, window=22)
def vix_over_realised_21(vix: pd.Series, spy_realised_21: pd.Series) -> pd.Series:
    """VIX over realised volatility of the S&P 500: the premium paid for protection."""
    return log_ratio(vix, spy_realised_21 * PERCENT_PER_FRACTION)


@feature("S13", label="9-day VIX over VIX", unit=LOG_RATIO, window=1, optional=True)
def vix9d_over_vix(vix9d: pd.Series, vix: pd.Series) -> pd.Series:
    """9-day over 30-day implied volatility; positive is an inverted short end."""
    return log_ratio(vix9d, vix)


@feature("S13", label="VIX over three-month VIX", unit=LOG_RATIO, window=1, optional=True)
def vix_over_vix3m(vix: pd.Series, vix3m: pd.Series) -> pd.Series:
    """30-day over 3-month implied volatility; positive is backwardation, stress now."""
    return log_ratio(vix, vix3m)


@feature(
    "S13", label="volatility of VIX against its year", unit=DEVIATIONS, window=252, optional=True
)
def vvix_zscore_252(vvix: pd.Series) -> pd.Series:
    """Volatility of VIX against its own year."""
    return zscore(vvix, 252)


@feature("S13", label="SKEW against its year", unit=DEVIATIONS, window=252, optional=True)
def skew_zscore_252(skew: pd.Series) -> pd.Series:
    """Cboe SKEW, the price of tail protection, against its own year."""
    return zscore(skew, 252)


@feature("S13", label="put/call ratio (5-session mean)", unit="ratio", window=5, optional=True)
def put_call_mean_5(put_call: pd.Series) -> pd.Series:
    """Put/call ratio, mean of five sessions."""
    return mean(put_call, 5)


@feature(
    "S13",
    label="rates volatility {over}",
    unit="log return",
    window=lambda n: n + 1,
    speeds=(21,),
    optional=True,
)
def move_change(move: pd.Series, *, sessions: int) -> pd.Series:
    """Log change of MOVE, the implied volatility of Treasuries."""
    return log_change(move, sessions)


@feature("S13", label="rates volatility over VIX", unit=LOG_RATIO, window=1, optional=True)
def move_over_vix(move: pd.Series, vix: pd.Series) -> pd.Series:
    """Rates volatility over equity volatility: whether rates are the source of stress."""
    return log_ratio(move, vix)
