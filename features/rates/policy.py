"""The policy path priced in: front-end slopes, the curve, breakeven inflation (S03)."""

import pandas as pd

from features.maths.trailing import change
from features.registry import feature

PERCENT, POINTS = "percent", "percentage points"


@feature("S03", label="2-year yield minus fed funds", unit=POINTS, window=1)
def slope_2y_fed_funds(us2y: pd.Series, fed_funds: pd.Series) -> pd.Series:
    """2-year yield minus effective fed funds: hikes (positive) or cuts priced over two years."""
    return us2y - fed_funds


@feature("S03", label="policy path (2y-3m)", unit=POINTS, window=1)
def slope_2y3m(us2y: pd.Series, us3m: pd.Series) -> pd.Series:
    """2-year yield minus 3-month bill: the same path against a traded rate."""
    return us2y - us3m


@feature(
    "S03", label="policy path (2y-3m) {over}", unit=POINTS, window=lambda n: n + 1, speeds=(5, 21)
)
def slope_2y3m_change(us2y: pd.Series, us3m: pd.Series, *, sessions: int) -> pd.Series:
    """Change of the path priced in; a rise is a hawkish turn."""
    return change(us2y - us3m, sessions)


@feature("S03", label="yield curve (10y-2y)", unit=POINTS, window=1)
def slope_2s10s(us2y: pd.Series, us10y: pd.Series) -> pd.Series:
    """10-year minus 2-year yield; negative is an inverted curve."""
    return us10y - us2y


@feature(
    "S03", label="yield curve (10y-2y) {over}", unit=POINTS, window=lambda n: n + 1, speeds=(21,)
)
def slope_2s10s_change(us2y: pd.Series, us10y: pd.Series, *, sessions: int) -> pd.Series:
    """Steepening (positive) or flattening of the curve."""
    return change(us10y - us2y, sessions)


@feature("S03", label="10-year breakeven inflation", unit=PERCENT, window=1)
def breakeven10y_level(breakeven10y: pd.Series) -> pd.Series:
    """10-year breakeven inflation."""
    return breakeven10y


@feature(
    "S03",
    label="10-year breakeven inflation {over}",
    unit=POINTS,
    window=lambda n: n + 1,
    speeds=(21,),
)
def breakeven10y_change(breakeven10y: pd.Series, *, sessions: int) -> pd.Series:
    """Change of 10-year breakeven inflation."""
    return change(breakeven10y, sessions)


@feature("S03", label="fed funds rate {over}", unit=POINTS, window=lambda n: n + 1, speeds=(252,))
def fed_funds_change(fed_funds: pd.Series, *, sessions: int) -> pd.Series:
    """Change of the effective fed funds rate: hikes or cuts already made."""
    return change(fed_funds, sessions)
