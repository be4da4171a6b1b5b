"""Treasury yields: level, change, and the speed of repricing (S01, S02)."""

import pandas as pd

from features.maths.trailing import change, scaled_change
from features.registry import feature

PERCENT, POINTS, DEVIATIONS = "percent", "percentage points", "standard deviations"


@feature("S01", label="10-year real yield", unit=PERCENT, window=1)
def real10y_level(real10y: pd.Series) -> pd.Series:
    """10-year real yield (TIPS): the discount rate of expensive duration."""
    return real10y


@feature(
    "S01",
    label="10-year real yield {over}",
    unit=POINTS,
    window=lambda n: n + 1,
    speeds=(5, 10, 21, 63),
)
def real10y_change(real10y: pd.Series, *, sessions: int) -> pd.Series:
    """Change of the 10-year real yield; a rise drains expensive duration."""
    return change(real10y, sessions)


@feature("S02", label="2-year yield", unit=PERCENT, window=1)
def us2y_level(us2y: pd.Series) -> pd.Series:
    """2-year Treasury yield."""
    return us2y


@feature("S02", label="10-year yield", unit=PERCENT, window=1)
def us10y_level(us10y: pd.Series) -> pd.Series:
    """10-year Treasury yield."""
    return us10y


@feature("S02", label="2-year yield {over}", unit=POINTS, window=lambda n: n + 1, speeds=(21,))
def us2y_change(us2y: pd.Series, *, sessions: int) -> pd.Series:
    """Change of the 2-year yield."""
    return change(us2y, sessions)


@feature("S02", label="10-year yield {over}", unit=POINTS, window=lambda n: n + 1, speeds=(21,))
def us10y_change(us10y: pd.Series, *, sessions: int) -> pd.Series:
    """Change of the 10-year yield."""
    return change(us10y, sessions)


@feature("S02", label="2-year repricing {over}", unit=DEVIATIONS, window=253, speeds=(1, 5, 63))
def us2y_repricing(us2y: pd.Series, *, sessions: int) -> pd.Series:
    """Change of the 2-year yield over its own 252-session volatility: speed before level."""
    return scaled_change(us2y, sessions)


@feature("S02", label="10-year repricing {over}", unit=DEVIATIONS, window=253, speeds=(1, 5, 63))
def us10y_repricing(us10y: pd.Series, *, sessions: int) -> pd.Series:
    """Change of the 10-year yield over its own 252-session volatility."""
    return scaled_change(us10y, sessions)
