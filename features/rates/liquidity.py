"""Liquidity behind the policy path, each part from its own release day on (S03).

Changes over 4 and 13 weeks are taken over 20 and 65 sessions and expressed as a share of the
Federal Reserve's assets, so that the parts compare and add up.
"""

import pandas as pd

from features.maths.trailing import change, ratio
from features.registry import feature

UNIT = "share of Federal Reserve assets"
MILLIONS_PER_BILLION = 1000.0
WEEKS_4_AND_13 = (20, 65)


@feature(
    "S03",
    label="Federal Reserve assets {over}",
    unit=UNIT,
    window=lambda n: n + 1,
    speeds=WEEKS_4_AND_13,
)
def fed_assets_change(fed_assets: pd.Series, *, sessions: int) -> pd.Series:
    """Growth of the Federal Reserve's balance sheet."""
    return ratio(change(fed_assets, sessions), fed_assets)


@feature(
    "S03", label="bank reserves {over}", unit=UNIT, window=lambda n: n + 1, speeds=WEEKS_4_AND_13
)
def reserves_change(reserves: pd.Series, fed_assets: pd.Series, *, sessions: int) -> pd.Series:
    """Change of bank reserves."""
    return ratio(change(reserves, sessions), fed_assets)


@feature(
    "S03", label="Treasury account {over}", unit=UNIT, window=lambda n: n + 1, speeds=WEEKS_4_AND_13
)
def treasury_account_change(
    treasury_account: pd.Series, fed_assets: pd.Series, *, sessions: int
) -> pd.Series:
    """Change of the Treasury's account; a rise takes cash out of the market."""
    return ratio(change(treasury_account, sessions), fed_assets)


@feature(
    "S03", label="reverse repo {over}", unit=UNIT, window=lambda n: n + 1, speeds=WEEKS_4_AND_13
)
def reverse_repo_change(
    reverse_repo: pd.Series, fed_assets: pd.Series, *, sessions: int
) -> pd.Series:
    """Change of overnight reverse repo; a rise parks cash outside the market."""
    return ratio(change(reverse_repo, sessions) * MILLIONS_PER_BILLION, fed_assets)


@feature(
    "S03", label="net liquidity {over}", unit=UNIT, window=lambda n: n + 1, speeds=WEEKS_4_AND_13
)
def net_liquidity_change(
    fed_assets: pd.Series,
    treasury_account: pd.Series,
    reverse_repo: pd.Series,
    *,
    sessions: int,
) -> pd.Series:
    """Change of assets less Treasury account less reverse repo: what is left for the market."""
    drains = treasury_account + reverse_repo * MILLIONS_PER_BILLION
    return ratio(change(fed_assets - drains, sessions), fed_assets)
