"""Open interest: change, leverage, expansion while price falls, reset (S16).

Vendors count different exchanges, so their levels are never spliced: windows add up changes, and
what needs a level is scaled within one vendor first.
"""

import numpy as np
import pandas as pd

from features.maths.across import first_known
from features.maths.flags import flag
from features.maths.trailing import log, log_change, total, zscore
from features.registry import feature, table

LOG_CHANGE = "log change"


@table
def btc_open_interest_levels(
    btc_oi_all: pd.Series,
    btc_oi_all_b: pd.Series,
    btc_oi_coinm: pd.Series,
    btc_oi_bybit: pd.Series,
) -> pd.DataFrame:
    """Each vendor's own level, in USD, the preferred one first."""
    return pd.concat([btc_oi_all, btc_oi_all_b, btc_oi_coinm, btc_oi_bybit], axis=1)


@feature(
    "S16",
    label="bitcoin open interest {over}",
    unit=LOG_CHANGE,
    window=lambda n: n,
    speeds=(5, 10, 21),
)
def btc_open_interest_change(btc_oi_change: pd.Series, *, sessions: int) -> pd.Series:
    """Change of bitcoin open interest in USD."""
    return total(btc_oi_change, sessions)


@feature(
    "S16", label="ether open interest {over}", unit=LOG_CHANGE, window=lambda n: n, speeds=(5, 21)
)
def eth_open_interest_change(eth_oi_change: pd.Series, *, sessions: int) -> pd.Series:
    """Change of ether open interest in USD."""
    return total(eth_oi_change, sessions)


@feature(
    "S16",
    label="bitcoin open interest against market value {over}",
    unit=LOG_CHANGE,
    window=lambda n: n + 1,
    speeds=(21,),
)
def btc_leverage_change(btc_oi_change: pd.Series, btc: pd.Series, *, sessions: int) -> pd.Series:
    """Change of open interest against market value: leverage built (positive) or shed.

    Market value moves with the price, as supply grows by some two per cent a year at most.
    """
    return total(btc_oi_change, sessions) - log_change(btc, sessions)


@feature("S16", label="bitcoin leverage against its year", unit="standard deviations", window=252)
def btc_leverage_zscore_252(btc_open_interest_levels: pd.DataFrame, btc: pd.Series) -> pd.Series:
    """Open interest over price against its own year, within the first vendor that can tell."""
    scaled = zscore(log(btc_open_interest_levels).sub(log(btc), axis=0), 252, min_count=126)
    return first_known(scaled[vendor] for vendor in scaled.columns)


@feature(
    "S16", label="open interest grows into a falling price", unit="flag", window=lambda n: n + 1
)
def btc_expansion_falling_flag(
    btc_oi_change: pd.Series,
    btc: pd.Series,
    *,
    expansion_sessions: int,
    expansion_above: float,
    expansion_fall: float,
) -> pd.Series:
    """Open interest grows while the price falls: new shorts, or longs who average down.

    Over ``expansion_sessions``: growth above ``expansion_above`` and a fall beyond
    ``expansion_fall``.
    """
    growth, moved = total(btc_oi_change, expansion_sessions), log_change(btc, expansion_sessions)
    holds = (growth > np.log1p(expansion_above)) & (moved < np.log1p(-expansion_fall))
    return flag(holds, growth, moved)


@feature("S16", label="open interest has reset", unit="flag", window=lambda n: n)
def btc_reset_flag(
    btc_oi_change: pd.Series, *, reset_sessions: int, reset_drop: float
) -> pd.Series:
    """Open interest fell by more than ``reset_drop`` in ``reset_sessions``: leverage is out."""
    moved = total(btc_oi_change, reset_sessions)
    return flag(moved < np.log1p(-reset_drop), moved)
