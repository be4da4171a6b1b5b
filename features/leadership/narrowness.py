"""Narrowness: equal weight against cap weight, dispersion, growth against defensives (S11)."""

import pandas as pd

from features.maths.across import row_mean, row_std, within
from features.maths.trailing import change, log, log_change, log_ratio
from features.registry import feature


@feature(
    "S11",
    label="equal weight against cap weight {over}",
    unit="log return",
    window=lambda n: n + 1,
    speeds=(21, 63),
)
def equal_against_cap(rsp: pd.Series, spy: pd.Series, *, sessions: int) -> pd.Series:
    """S&P 500 at equal weight against cap weight; negative is narrowing."""
    return change(log_ratio(rsp, spy), sessions)


@feature(
    "S11",
    label="dispersion of technology members {over}",
    unit="log return",
    window=lambda n: n + 1,
    speeds=(1, 21),
)
def tech_dispersion(
    members: pd.DataFrame, in_tech: pd.DataFrame, *, sessions: int, breadth_min_members: int
) -> pd.Series:
    """Cross-sectional standard deviation of technology members' returns over the sessions."""
    return row_std(within(log_change(members, sessions), in_tech), breadth_min_members)


@feature(
    "S11",
    label="technology against defensive sectors {over}",
    unit="log return",
    window=lambda n: n + 1,
    speeds=(21, 63),
)
def growth_against_defensives(
    xlk: pd.Series, xlp: pd.Series, xlu: pd.Series, xlv: pd.Series, *, sessions: int
) -> pd.Series:
    """Technology against the mean of staples, utilities and health care."""
    defensives = row_mean(pd.DataFrame({"xlp": log(xlp), "xlu": log(xlu), "xlv": log(xlv)}), 3)
    return change(log(xlk) - defensives, sessions)
