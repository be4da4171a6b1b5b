"""Perpetual funding, annualised by its own interval before it gets here (S15)."""

import pandas as pd

from features.maths.trailing import mean, streak, zscore
from features.registry import feature

ANNUAL = "fraction a year"
WEEK = 5
"""Sessions that span seven days; a session's value is the mean of the prints within its span."""


@feature("S15", label="bitcoin funding at a yearly rate", unit=ANNUAL, window=1)
def btc_funding_level(btc_funding: pd.Series) -> pd.Series:
    """Bitcoin perpetual funding: what longs pay shorts, a year."""
    return btc_funding


@feature("S15", label="ether funding at a yearly rate", unit=ANNUAL, window=1)
def eth_funding_level(eth_funding: pd.Series) -> pd.Series:
    """Ether perpetual funding."""
    return eth_funding


@feature("S15", label="bitcoin funding at a yearly rate (7-day mean)", unit=ANNUAL, window=WEEK)
def btc_funding_week(btc_funding: pd.Series) -> pd.Series:
    """Bitcoin funding, mean of seven days."""
    return mean(btc_funding, WEEK)


@feature("S15", label="ether funding at a yearly rate (7-day mean)", unit=ANNUAL, window=WEEK)
def eth_funding_week(eth_funding: pd.Series) -> pd.Series:
    """Ether funding, mean of seven days."""
    return mean(eth_funding, WEEK)


@feature(
    "S15",
    label="bitcoin funding against its norm",
    unit="standard deviations",
    window=lambda n: n,
    speeds=(63,),
)
def btc_funding_zscore(btc_funding: pd.Series, *, sessions: int) -> pd.Series:
    """Bitcoin funding against its own past."""
    return zscore(btc_funding, sessions)


@feature(
    "S15",
    label="ether funding against its norm",
    unit="standard deviations",
    window=lambda n: n,
    speeds=(63,),
)
def eth_funding_zscore(eth_funding: pd.Series, *, sessions: int) -> pd.Series:
    """Ether funding against its own past."""
    return zscore(eth_funding, sessions)


@feature("S15", label="sessions of one sign of bitcoin funding", unit="sessions", window=63)
def btc_funding_streak(btc_funding: pd.Series) -> pd.Series:
    """Sessions in a row, at most 63, of one sign of bitcoin funding; negative: shorts pay."""
    return _signed_streak(btc_funding)


@feature("S15", label="sessions of one sign of ether funding", unit="sessions", window=63)
def eth_funding_streak(eth_funding: pd.Series) -> pd.Series:
    """Sessions in a row, at most 63, of one sign of ether funding; negative: shorts pay."""
    return _signed_streak(eth_funding)


def _signed_streak(funding: pd.Series) -> pd.Series:
    return (streak(funding > 0, 63) - streak(funding < 0, 63)).where(funding.notna())
