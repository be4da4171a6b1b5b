"""Driver dollar: trend, momentum, volatility, and the dollar with yields (S04 to S06)."""

import pandas as pd

from features.maths.flags import flag
from features.maths.trailing import (
    change,
    ewma,
    log,
    log_change,
    log_ratio,
    mean,
    ratio,
    realised_volatility,
    root,
    scaled_change,
    streak,
)
from features.registry import feature


@feature("S04", label="dollar against its 200-session mean", unit="log ratio", window=200)
def dxy_over_mean_200(dxy: pd.Series) -> pd.Series:
    """Dollar index against its 200-session mean."""
    return log_ratio(dxy, mean(dxy, 200))


@feature(
    "S04", label="dollar {over}", unit="log return", window=lambda n: n + 1, speeds=(5, 10, 21, 63)
)
def dxy_momentum(dxy: pd.Series, *, sessions: int) -> pd.Series:
    """Move of the dollar index."""
    return log_change(dxy, sessions)


@feature(
    "S04",
    label="dollar volatility over {sessions} sessions",
    unit="fraction a year",
    window=lambda n: n + 1,
    speeds=(5, 21),
)
def dxy_realised(dxy: pd.Series, *, sessions: int) -> pd.Series:
    """Realised volatility of the dollar index."""
    return realised_volatility(log_change(dxy, 1), sessions)


@feature("S04", label="dollar today", unit="standard deviations", window=632)
def dxy_shock(dxy: pd.Series) -> pd.Series:
    """The day's move of the dollar over its volatility up to the day before.

    Volatility is exponentially weighted with a span of 126 sessions (a half-life of 43.7) and
    shifted by one session, so that a shock does not hide in its own scale.
    """
    returns = log_change(dxy, 1)
    variance = ewma(returns * returns, half_life=43.7, sessions=630, min_count=126)
    return ratio(returns, root(variance.shift(1)))


@feature(
    "S05",
    label="yields and dollar together {over}",
    unit="standard deviations",
    window=253,
    speeds=(1, 5),
)
def macro_joint(us10y: pd.Series, dxy: pd.Series, *, sessions: int) -> pd.Series:
    """The smaller of the scaled moves of 10-year yield and dollar: positive when both rise."""
    yields, dollar = scaled_change(us10y, sessions), scaled_change(log(dxy), sessions)
    return yields.clip(upper=dollar).where(dollar.notna())


@feature("S05", label="yields and dollar jump together", unit="flag", window=253, speeds=(5,))
def macro_joint_flag(
    us10y: pd.Series, dxy: pd.Series, *, sessions: int, macro_jump: float
) -> pd.Series:
    """Yields jump and the dollar strengthens together, each by more than ``macro_jump``."""
    joint = macro_joint(us10y, dxy, sessions=sessions)
    return flag(joint > macro_jump, joint)


@feature(
    "S06", label="sessions of the dollar above its 50-session mean", unit="sessions", window=112
)
def dollar_strength_streak(dxy: pd.Series) -> pd.Series:
    """Consecutive sessions, at most 63, of the dollar above its 50-session mean."""
    centre = mean(dxy, 50)
    return streak(dxy > centre, 63).where(centre.notna())


@feature("S06", label="a strong dollar persists", unit="flag", window=112)
def dollar_persistent_flag(
    dollar_strength_streak: pd.Series,
    us10y: pd.Series,
    *,
    dollar_persistence_sessions: int,
    yield_fall_allowed: float,
) -> pd.Series:
    """A strong dollar that persists while yields are stable or rise: a precursor.

    The streak above the 50-session mean has lasted ``dollar_persistence_sessions``, and the
    10-year yield has not fallen by more than ``yield_fall_allowed`` over 21.
    """
    moved = change(us10y, 21)
    holds = (dollar_strength_streak >= dollar_persistence_sessions) & (moved >= -yield_fall_allowed)
    return flag(holds, dollar_strength_streak, moved)
