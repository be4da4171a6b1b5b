"""The single risk book: volatility, the dollar and crypto leverage turn together (S23)."""

import pandas as pd

from features.maths.flags import flag
from features.registry import feature


@feature("S23", label="everything is one trade", unit="flag", window=112)
def single_book_flag(
    spy_realised_5_over_63: pd.Series,
    dollar_persistent_flag: pd.Series,
    btc_expansion_falling_flag: pd.Series,
    *,
    book_volatility_rise: float,
) -> pd.Series:
    """Everything is one trade: volatility rises, the dollar persists, leverage grows into a fall.

    S&P 500 volatility over 5 sessions exceeds that over 63 by ``book_volatility_rise`` in logs,
    and both flags hold.
    """
    parts = (spy_realised_5_over_63, dollar_persistent_flag, btc_expansion_falling_flag)
    rising = spy_realised_5_over_63 > book_volatility_rise
    return flag(rising & (dollar_persistent_flag == 1) & (btc_expansion_falling_flag == 1), *parts)
