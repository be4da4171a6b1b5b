"""Financial conditions as one number, and the composite that labels are cut from (S07)."""

import numpy as np
import pandas as pd

import features.maths.composite as formula
from features.maths.across import row_mean
from features.maths.matrices import correlation_matrices, quadratic_form
from features.maths.trailing import Data, change, ewma, log, ratio, rms, root, zscore
from features.registry import feature, running, table

YEAR = 252


@table
def conditions_parts(
    us10y: pd.Series, dxy: pd.Series, hy_oas: pd.Series, vix: pd.Series
) -> pd.DataFrame:
    """Rates, dollar, credit and volatility, each in trailing standard deviations over 252."""
    parts = {"rates": us10y, "dollar": log(dxy), "credit": log(hy_oas), "volatility": log(vix)}
    return zscore(pd.DataFrame(parts), YEAR)


@feature("S07", label="financial conditions", unit="standard deviations", window=YEAR)
def conditions_level(conditions_parts: pd.DataFrame) -> pd.Series:
    """Financial conditions: mean of the parts that exist (at least 3); positive is tight.

    An equal-weight relative of the Chicago Fed's index (Brave & Butters 2011).
    """
    return row_mean(conditions_parts, min_count=3)


@feature(
    "S07",
    label="financial conditions {over}",
    unit="standard deviations",
    window=lambda n: YEAR + n,
    speeds=(5, 21),
)
def conditions_change(conditions_parts: pd.DataFrame, *, sessions: int) -> pd.Series:
    """Change of financial conditions; positive is tightening."""
    return change(row_mean(conditions_parts, min_count=3), sessions)


@running
def component_scale(components: pd.DataFrame, *, scale_min_count: int) -> pd.DataFrame:
    """Standard deviations of the components' daily changes, in which the labels count."""
    return formula.component_scale(components, scale_min_count)


@feature(
    "S07",
    label="composite {over}",
    unit="standard deviations",
    window=lambda n: n + 1,
    speeds=(1, 2, 3, 5, 10, 21, 63),
)
def composite(
    components: pd.DataFrame, component_scale: pd.DataFrame, *, sessions: int
) -> pd.Series:
    """The labels' composite over the sessions just past, as known at the decision."""
    return formula.composite(formula.component_moves(components, sessions, component_scale))


@feature(
    "S07",
    label="composite's upward minus downward swings",
    unit="standard deviations",
    window=YEAR + 1,
)
def composite_semideviation(composite_1: pd.Series, *, semideviation_half_life: float) -> pd.Series:
    """Upward minus downward semi-deviation of the daily composite.

    Exponentially weighted root mean squares of its tightening and its easing days; positive when
    tightening days are the larger ones. After Barndorff-Nielsen, Kinnebrock & Shephard (2010).
    """
    up, down = composite_1.clip(lower=0.0), composite_1.clip(upper=0.0)
    return _weighted_rms(up, semideviation_half_life) - _weighted_rms(down, semideviation_half_life)


@feature("S07", label="composite's implied scale", unit="log standard deviations", window=YEAR + 1)
def composite_scale(
    components: pd.DataFrame, component_scale: pd.DataFrame, *, scale_half_life: float
) -> pd.Series:
    """Logarithm of the composite's standard deviation, implied by its components.

    Their fast volatilities (half-life ``scale_half_life``, in units of their long one) with their
    252-session correlations, as for a portfolio: ``sqrt(w' D R D w)`` with equal weights.
    """
    moves = formula.component_moves(components, 1, component_scale)
    matrices, present = correlation_matrices(moves, YEAR)
    fast = np.nan_to_num(_weighted_rms(moves, scale_half_life).to_numpy())
    variance = pd.Series(quadratic_form(matrices, fast), index=components.index)
    return log(ratio(root(variance.clip(lower=0.0)), present))


@feature(
    "S07", label="size of the composite over a year", unit="standard deviations", window=YEAR + 10
)
def composite_rms_252(composite_10: pd.Series) -> pd.Series:
    """Root mean square of the trailing 10-session composites over 252 sessions."""
    return rms(composite_10, YEAR)


def _weighted_rms(values: Data, half_life: float) -> Data:
    return root(ewma(values * values, half_life, sessions=YEAR, min_count=21))
