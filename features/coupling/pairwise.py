"""Mean pairwise correlation: of the cross-asset set, and of technology members (S24)."""

import numpy as np
import pandas as pd

from features.maths.across import halved_sum, within
from features.maths.trailing import Array, change, log, mean, std
from features.registry import feature, table


@table
def cross_asset_returns(  # noqa: PLR0913 - the set is its parameters
    spy: pd.Series,
    qqq: pd.Series,
    eem: pd.Series,
    tlt: pd.Series,
    lqd: pd.Series,
    dxy: pd.Series,
    gld: pd.Series,
    uso: pd.Series,
    btc: pd.Series,
) -> pd.DataFrame:
    """Daily log returns of equities, bonds, credit, dollar, gold, oil and bitcoin."""
    assets = (spy, qqq, eem, tlt, lqd, dxy, gld, uso, btc)
    return change(log(pd.concat(assets, axis=1)), 1)


@feature(
    "S24",
    label="mean cross-asset correlation over {sessions} sessions",
    unit="correlation",
    window=lambda n: n + 1,
    speeds=(21, 63),
)
def cross_asset_correlation(
    cross_asset_returns: pd.DataFrame, *, sessions: int, cross_asset_min_assets: int
) -> pd.Series:
    """Mean pairwise correlation over the cross-asset set; the nearer to one, the fewer the bets."""
    return mean_correlation(cross_asset_returns, sessions, cross_asset_min_assets)


@feature(
    "S24",
    label="mean correlation of technology members over {sessions} sessions",
    unit="correlation",
    window=lambda n: n + 1,
    speeds=(21,),
)
def tech_correlation(
    members: pd.DataFrame, in_tech: pd.DataFrame, *, sessions: int, breadth_min_members: int
) -> pd.Series:
    """Mean pairwise correlation of technology members."""
    returns = change(log(members), 1)
    return mean_correlation(returns, sessions, breadth_min_members, group=in_tech)


def mean_correlation(
    returns: pd.DataFrame, sessions: int, min_count: int, group: pd.DataFrame | None = None
) -> pd.Series:
    """Mean of all pairwise correlations over the last ``sessions``.

    The sum of n standardised returns has variance ``n + n (n - 1) * mean correlation``, so one
    pass over the window stands for all pairs.

    Parameters
    ----------
    returns
        One column an asset; only those without a gap in the window, and that moved, count.
    min_count
        Fewest assets for a value.
    group
        Who belongs (1 or 0) at the window's last session; None for everyone.
    """
    spread = std(returns, sessions, sessions)
    spread = spread.where(spread > 0)
    if group is not None:
        spread = within(spread, group)
    weights = np.nan_to_num(1.0 / spread.to_numpy())
    count = np.count_nonzero(weights, axis=1).astype(float)
    centre = halved_sum(np.nan_to_num(mean(returns, sessions).to_numpy()) * weights)
    filled = np.nan_to_num(returns.to_numpy())
    squares = np.zeros(len(returns))
    for lag in range(min(sessions, len(returns))):
        squares[lag:] += (_weighted(filled, weights, lag) - centre[lag:]) ** 2
    pairs = np.where(count >= max(min_count, 2), count * (count - 1.0), np.nan)
    return pd.Series((squares / (sessions - 1) - count) / pairs, index=returns.index)


def _weighted(values: Array, weights: Array, lag: int) -> Array:
    return halved_sum(values[: len(values) - lag] * weights[lag:])
