"""Absorption ratio and turbulence over the cross-asset set, trailing only (S24)."""

import numpy as np
import pandas as pd

from features.maths.across import halved_sum, row_count
from features.maths.matrices import correlation_matrices, quadratic_form
from features.maths.trailing import mean, ratio, std
from features.registry import feature

YEAR = 252


@feature(
    "S24",
    label="absorption ratio over {sessions} sessions",
    unit="share of variance",
    window=lambda n: n + 1,
    speeds=(252,),
)
def absorption_ratio(
    cross_asset_returns: pd.DataFrame,
    *,
    sessions: int,
    cross_asset_min_assets: int,
    absorption_fraction: float,
) -> pd.Series:
    """Share of variance absorbed by the first principal components.

    Kritzman, Li, Page & Rigobon (2011): components to the number of ``absorption_fraction`` of the
    assets. Of the correlation matrix, so that bitcoin's variance does not stand for the set.
    """
    matrices, assets = correlation_matrices(cross_asset_returns, sessions)
    eigenvalues = np.linalg.eigvalsh(matrices)[:, ::-1]
    kept = np.ceil(absorption_fraction * assets.to_numpy())[:, None]
    first = np.where(np.arange(eigenvalues.shape[1]) < kept, eigenvalues, 0.0)
    absorbed = pd.Series(halved_sum(first), index=assets.index)
    return ratio(absorbed, assets).where(assets >= cross_asset_min_assets)


@feature("S24", label="absorption ratio's shift", unit="standard deviations", window=YEAR + 252)
def absorption_shift(absorption_ratio_252: pd.Series) -> pd.Series:
    """Mean absorption ratio of 15 sessions minus that of a year, over the year's deviation.

    The standardised shift of Kritzman, Li, Page & Rigobon (2011).
    """
    shift = mean(absorption_ratio_252, 15) - mean(absorption_ratio_252, YEAR)
    return ratio(shift, std(absorption_ratio_252, YEAR))


@feature(
    "S24",
    label="cross-asset turbulence {over}",
    unit="multiples of the norm",
    window=lambda n: YEAR + n + 1,
    speeds=(1, 21),
)
def turbulence(
    cross_asset_returns: pd.DataFrame, *, sessions: int, cross_asset_min_assets: int
) -> pd.Series:
    """How unusual the day's returns are, given the year before it; mean over the sessions.

    Squared Mahalanobis distance (Kritzman & Li 2010) from mean and covariance of the 252 sessions
    before, over the number of assets, so that its norm is 1 however many there are.
    """
    matrices, assets = correlation_matrices(cross_asset_returns, YEAR)
    centre, spread = (by(cross_asset_returns, YEAR, YEAR) for by in (mean, std))
    surprise = ratio(cross_asset_returns - centre.shift(1), spread.shift(1))
    known = assets.shift(1).where(row_count(surprise) == assets.shift(1))
    before = np.concatenate([np.zeros_like(matrices[:1]), matrices[:-1]])
    inverse = np.linalg.pinv(before, hermitian=True)
    distance = quadratic_form(inverse.astype(float), np.nan_to_num(surprise.to_numpy(dtype=float)))
    scaled = ratio(pd.Series(distance, index=assets.index), known)
    return mean(scaled.where(known >= cross_asset_min_assets), sessions)
