"""Positioning and crowding in crypto, where somebody publishes it (S28)."""

import pandas as pd

from features.maths.trailing import log, log_change
from features.registry import feature


@feature(
    "S28", label="accounts long over accounts short", unit="log ratio", window=1, optional=True
)
def long_short_log_ratio(long_short_ratio: pd.Series) -> pd.Series:
    """Accounts long over accounts short; positive is crowded long."""
    return log(long_short_ratio)


@feature(
    "S28",
    label="supply of dollar stablecoins {over}",
    unit="log change",
    window=lambda n: n + 1,
    speeds=(21,),
    optional=True,
)
def stablecoin_supply_change(stablecoin_supply: pd.Series, *, sessions: int) -> pd.Series:
    """Growth of dollar stablecoins: cash waiting inside crypto."""
    return log_change(stablecoin_supply, sessions)


@feature("S28", label="crypto fear and greed", unit="0 to 100", window=1, optional=True)
def fear_greed_level(fear_greed: pd.Series) -> pd.Series:
    """Crypto fear-and-greed index."""
    return fear_greed
