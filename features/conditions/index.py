"""Financial conditions as one number, and the composite that the ruler measures (S07)."""

import numpy as np
import pandas as pd

import features.composite as ruler
from features.across import row_mean
from features.matrices import correlation_matrices, quadratic_form
from features.registry import feature, table
from features.trailing import Data, change, ewma, log, ratio, rms, root, zscore


@table
def conditions_parts(
    us10y: pd.Series, dxy: pd.Series, hy_oas: pd.Series, vix: pd.Series
) -> pd.DataFrame:
    """Rates, dollar, credit and volatility, each in trailing standard deviations over 252."""
    parts = {"rates": us10y, "dollar": log(dxy), "credit": log(hy_oas), "volatility": log(vix)}
    return zscore(pd.DataFrame(parts), 252)


@feature("S07", unit="standard deviations", window=252)
def conditions_level(conditions_parts: pd.DataFrame) -> pd.Series:
    """Financial conditions: mean of the parts that exist (at least 3); positive is tight.

    An equal-weight relative of the Chicago Fed's index (Brave & Butters 2011).
    """
    return row_mean(conditions_parts, least=3)


@feature("S07", unit="standard deviations", window=lambda n: 252 + n, speeds=(5, 21))
def conditions_change(conditions_parts: pd.DataFrame, *, sessions: int) -> pd.Series:
    """Change of financial conditions; positive is tightening."""
    return change(row_mean(conditions_parts, least=3), sessions)


@feature("S07", unit="standard deviations", window=None, speeds=(1, 2, 3, 5, 10, 21, 63))
def composite(legs: pd.DataFrame, *, sessions: int) -> pd.Series:
    """The ruler's composite over the sessions just past, as known at the decision."""
    return ruler.composite(ruler.leg_moves(legs, sessions))


@feature("S07", unit="standard deviations", window=None)
def composite_semideviation(composite_1: pd.Series, *, semideviation_half_life: float) -> pd.Series:
    """Upward minus downward semi-deviation of the daily composite.

    Exponentially weighted root mean squares of its tightening and its easing days; positive when
    tightening days are the larger ones. After Barndorff-Nielsen, Kinnebrock & Shephard (2010).
    """
    up, down = composite_1.clip(lower=0.0), composite_1.clip(upper=0.0)
    return _weighted_rms(up, semideviation_half_life) - _weighted_rms(down, semideviation_half_life)


@feature("S07", unit="log standard deviations", window=None)
def composite_scale(legs: pd.DataFrame, *, scale_half_life: float) -> pd.Series:
    """Logarithm of the composite's standard deviation, implied by its legs.

    The legs' fast volatilities (half-life ``scale_half_life``, in units of their long one) with
    their 252-session correlations, as for a portfolio: ``sqrt(w' D R D w)`` with equal weights.
    """
    moves = ruler.leg_moves(legs, 1)
    matrices, present = correlation_matrices(moves, 252)
    fast = np.nan_to_num(_weighted_rms(moves, scale_half_life).to_numpy())
    variance = pd.Series(quadratic_form(matrices, fast), index=legs.index)
    return log(ratio(root(variance.clip(lower=0.0)), present))


@feature("S07", unit="standard deviations", window=None)
def composite_rms_252(composite_10: pd.Series) -> pd.Series:
    """Root mean square of the trailing 10-session composites over 252 sessions."""
    return rms(composite_10, 252)


def _weighted_rms(values: Data, half_life: float) -> Data:
    return root(ewma(values * values, half_life, sessions=252, least=21))
