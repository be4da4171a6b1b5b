"""Breadth of technology, semiconductors and software, with its coverage (S09).

Members are today's survivors, so breadth flatters the past; coverage tells on how many stocks it
rests, and the equal-weight index (``narrowness``) stands beside it.
"""

import pandas as pd

from features.maths.across import row_count, row_mean, within
from features.maths.trailing import change, highest, lowest, mean
from features.registry import feature, table

SHARE, NET = "share of members", "net share of members"
GROUPS = {"tech": "technology", "semis": "semiconductors", "software": "software"}


@table
def above_mean_50(members: pd.DataFrame) -> pd.DataFrame:
    """1 where a member stands above its 50-session mean, 0 below; NaN while it is too young."""
    return _above(members, 50)


@table
def above_mean_200(members: pd.DataFrame) -> pd.DataFrame:
    """1 where a member stands above its 200-session mean, 0 below; NaN while it is too young."""
    return _above(members, 200)


@table
def at_extreme_252(members: pd.DataFrame) -> pd.DataFrame:
    """1 at a 252-session high, -1 at a low, 0 between; NaN while a member is too young."""
    high, low = highest(members, 252), lowest(members, 252)
    return (1.0 * (members >= high) - 1.0 * (members <= low)).where(high.notna())


@table
def advance(members: pd.DataFrame) -> pd.DataFrame:
    """1 where a member rose, -1 where it fell, 0 where it stood still."""
    moves = change(members, 1)
    return (1.0 * (moves > 0) - 1.0 * (moves < 0)).where(moves.notna())


@feature("S09", label="{group} above 50-session mean", unit=SHARE, window=50, groups=GROUPS)
def group_above_50(
    above_mean_50: pd.DataFrame, in_group: pd.DataFrame, *, breadth_min_members: int
) -> pd.Series:
    """Share of members in {group} above their 50-session mean."""
    return row_mean(within(above_mean_50, in_group), breadth_min_members)


@feature("S09", label="{group} above 200-session mean", unit=SHARE, window=200, groups=GROUPS)
def group_above_200(
    above_mean_200: pd.DataFrame, in_group: pd.DataFrame, *, breadth_min_members: int
) -> pd.Series:
    """Share of members in {group} above their 200-session mean."""
    return row_mean(within(above_mean_200, in_group), breadth_min_members)


@feature("S09", label="{group} 52-week highs minus lows", unit=NET, window=252, groups=GROUPS)
def group_highs_minus_lows(
    at_extreme_252: pd.DataFrame, in_group: pd.DataFrame, *, breadth_min_members: int
) -> pd.Series:
    """New 52-week highs minus new lows among members in {group}."""
    return row_mean(within(at_extreme_252, in_group), breadth_min_members)


@feature(
    "S09",
    label="{group} advances minus declines {over}",
    unit=NET,
    window=11,
    speeds=(10,),
    groups=GROUPS,
)
@feature(
    "S09",
    label="{group} advances minus declines {over}",
    unit=NET,
    window=2,
    speeds=(1,),
    groups={"tech": GROUPS["tech"]},
)
def group_advances_minus_declines(
    advance: pd.DataFrame, in_group: pd.DataFrame, *, sessions: int, breadth_min_members: int
) -> pd.Series:
    """Advances minus declines among members in {group}, mean over the sessions."""
    return mean(row_mean(within(advance, in_group), breadth_min_members), sessions)


@feature("S09", label="{group}: members with a price", unit=SHARE, window=1, groups=GROUPS)
def group_coverage(members: pd.DataFrame, in_group: pd.DataFrame) -> pd.Series:
    """Share of members in {group} that have a price that session."""
    size = row_count(in_group.where(in_group == 1))
    return row_count(within(members, in_group)) / size.where(size > 0)


def _above(members: pd.DataFrame, sessions: int) -> pd.DataFrame:
    centre = mean(members, sessions)
    return (members > centre).astype(float).where(centre.notna())
