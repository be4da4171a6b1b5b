"""Breadth of technology, semiconductors and software, with its coverage (S09).

Members are today's survivors, so breadth flatters the past; coverage tells on how many stocks it
rests, and the equal-weight index (``narrowness``) stands beside it.
"""

import pandas as pd

from features.maths.across import row_count, row_mean, within
from features.maths.trailing import change, highest, lowest, mean
from features.registry import feature, table

SHARE, NET, STOCKS = "share of members", "net share of members", "stocks"


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


@feature("S09", label="technology above 50-session mean", unit=SHARE, window=50)
def tech_above_50(
    above_mean_50: pd.DataFrame, in_tech: pd.DataFrame, *, breadth_min_members: int
) -> pd.Series:
    """Share of technology members above their 50-session mean."""
    return row_mean(within(above_mean_50, in_tech), breadth_min_members)


@feature("S09", label="semiconductors above 50-session mean", unit=SHARE, window=50)
def semis_above_50(
    above_mean_50: pd.DataFrame, in_semis: pd.DataFrame, *, breadth_min_members: int
) -> pd.Series:
    """Share of semiconductor members above their 50-session mean."""
    return row_mean(within(above_mean_50, in_semis), breadth_min_members)


@feature("S09", label="software above 50-session mean", unit=SHARE, window=50)
def software_above_50(
    above_mean_50: pd.DataFrame, in_software: pd.DataFrame, *, breadth_min_members: int
) -> pd.Series:
    """Share of software members above their 50-session mean."""
    return row_mean(within(above_mean_50, in_software), breadth_min_members)


@feature("S09", label="technology above 200-session mean", unit=SHARE, window=200)
def tech_above_200(
    above_mean_200: pd.DataFrame, in_tech: pd.DataFrame, *, breadth_min_members: int
) -> pd.Series:
    """Share of technology members above their 200-session mean."""
    return row_mean(within(above_mean_200, in_tech), breadth_min_members)


@feature("S09", label="semiconductors above 200-session mean", unit=SHARE, window=200)
def semis_above_200(
    above_mean_200: pd.DataFrame, in_semis: pd.DataFrame, *, breadth_min_members: int
) -> pd.Series:
    """Share of semiconductor members above their 200-session mean."""
    return row_mean(within(above_mean_200, in_semis), breadth_min_members)


@feature("S09", label="software above 200-session mean", unit=SHARE, window=200)
def software_above_200(
    above_mean_200: pd.DataFrame, in_software: pd.DataFrame, *, breadth_min_members: int
) -> pd.Series:
    """Share of software members above their 200-session mean."""
    return row_mean(within(above_mean_200, in_software), breadth_min_members)


@feature("S09", label="technology 52-week highs minus lows", unit=NET, window=252)
def tech_highs_minus_lows(
    at_extreme_252: pd.DataFrame, in_tech: pd.DataFrame, *, breadth_min_members: int
) -> pd.Series:
    """New 52-week highs minus new lows among technology members."""
    return row_mean(within(at_extreme_252, in_tech), breadth_min_members)


@feature("S09", label="semiconductor 52-week highs minus lows", unit=NET, window=252)
def semis_highs_minus_lows(
    at_extreme_252: pd.DataFrame, in_semis: pd.DataFrame, *, breadth_min_members: int
) -> pd.Series:
    """New 52-week highs minus new lows among semiconductor members."""
    return row_mean(within(at_extreme_252, in_semis), breadth_min_members)


@feature("S09", label="software 52-week highs minus lows", unit=NET, window=252)
def software_highs_minus_lows(
    at_extreme_252: pd.DataFrame, in_software: pd.DataFrame, *, breadth_min_members: int
) -> pd.Series:
    """New 52-week highs minus new lows among software members."""
    return row_mean(within(at_extreme_252, in_software), breadth_min_members)


@feature(
    "S09",
    label="technology advances minus declines {over}",
    unit=NET,
    window=lambda n: n + 1,
    speeds=(1, 10),
)
def tech_advances_minus_declines(
    advance: pd.DataFrame, in_tech: pd.DataFrame, *, sessions: int, breadth_min_members: int
) -> pd.Series:
    """Advances minus declines among technology members, mean over the sessions."""
    return mean(row_mean(within(advance, in_tech), breadth_min_members), sessions)


@feature(
    "S09",
    label="semiconductor advances minus declines {over}",
    unit=NET,
    window=lambda n: n + 1,
    speeds=(10,),
)
def semis_advances_minus_declines(
    advance: pd.DataFrame, in_semis: pd.DataFrame, *, sessions: int, breadth_min_members: int
) -> pd.Series:
    """Advances minus declines among semiconductor members, mean over the sessions."""
    return mean(row_mean(within(advance, in_semis), breadth_min_members), sessions)


@feature(
    "S09",
    label="software advances minus declines {over}",
    unit=NET,
    window=lambda n: n + 1,
    speeds=(10,),
)
def software_advances_minus_declines(
    advance: pd.DataFrame, in_software: pd.DataFrame, *, sessions: int, breadth_min_members: int
) -> pd.Series:
    """Advances minus declines among software members, mean over the sessions."""
    return mean(row_mean(within(advance, in_software), breadth_min_members), sessions)


@feature("S09", label="technology members with a price", unit=SHARE, window=1)
def tech_coverage(members: pd.DataFrame, in_tech: pd.DataFrame) -> pd.Series:
    """Share of technology members that have a price that session."""
    return _coverage(members, in_tech)


@feature("S09", label="semiconductor members with a price", unit=SHARE, window=1)
def semis_coverage(members: pd.DataFrame, in_semis: pd.DataFrame) -> pd.Series:
    """Share of semiconductor members that have a price that session."""
    return _coverage(members, in_semis)


@feature("S09", label="software members with a price", unit=SHARE, window=1)
def software_coverage(members: pd.DataFrame, in_software: pd.DataFrame) -> pd.Series:
    """Share of software members that have a price that session."""
    return _coverage(members, in_software)


def _above(members: pd.DataFrame, sessions: int) -> pd.DataFrame:
    centre = mean(members, sessions)
    return (members > centre).astype(float).where(centre.notna())


def _coverage(members: pd.DataFrame, group: pd.DataFrame) -> pd.Series:
    size = row_count(group.where(group == 1))
    return row_count(within(members, group)) / size.where(size > 0)
