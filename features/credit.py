"""Driver credit: level, change and widening of spreads (S08)."""

import pandas as pd

from features.maths.flags import flag
from features.maths.trailing import change, log_ratio, scaled_change, zscore
from features.registry import feature

PERCENT, POINTS = "percent", "percentage points"


@feature("S08", label="high-yield spread", unit=PERCENT, window=1)
def hy_oas_level(hy_oas: pd.Series) -> pd.Series:
    """High-yield option-adjusted spread."""
    return hy_oas


@feature(
    "S08", label="high-yield spread {over}", unit=POINTS, window=lambda n: n + 1, speeds=(5, 21, 63)
)
def hy_oas_change(hy_oas: pd.Series, *, sessions: int) -> pd.Series:
    """Change of the high-yield spread; positive is widening."""
    return change(hy_oas, sessions)


@feature("S08", label="high-yield spread against its year", unit="standard deviations", window=252)
def hy_oas_zscore_252(hy_oas: pd.Series) -> pd.Series:
    """High-yield spread against its own year."""
    return zscore(hy_oas, 252)


@feature("S08", label="credit spreads widen", unit="flag", window=253, speeds=(21,))
def credit_widening_flag(hy_oas: pd.Series, *, sessions: int, credit_widening: float) -> pd.Series:
    """The high-yield spread widens by more than ``credit_widening`` standard deviations."""
    widening = scaled_change(hy_oas, sessions)
    return flag(widening > credit_widening, widening)


@feature("S08", label="Baa spread", unit=PERCENT, window=1)
def baa10y_level(baa10y: pd.Series) -> pd.Series:
    """Baa yield minus 10-year Treasury: beside ``hy_oas``, of which FRED serves three years."""
    return baa10y


@feature("S08", label="Baa spread {over}", unit=POINTS, window=lambda n: n + 1, speeds=(21,))
def baa10y_change(baa10y: pd.Series, *, sessions: int) -> pd.Series:
    """Change of the Baa spread."""
    return change(baa10y, sessions)


@feature(
    "S08",
    label="high-yield bonds against Treasuries {over}",
    unit="log return",
    window=lambda n: n + 1,
    speeds=(1, 5, 21),
)
def hyg_over_ief_change(hyg: pd.Series, ief: pd.Series, *, sessions: int) -> pd.Series:
    """High-yield bonds against Treasuries, same evening; negative is widening."""
    return change(log_ratio(hyg, ief), sessions)
