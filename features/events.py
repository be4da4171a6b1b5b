"""Driver events: weekdays to the next event whose date is public, sessions since the last (S29)."""

import pandas as pd

from features.registry import feature

AHEAD, BEHIND = "weekdays", "sessions"


@feature("S29", label="weekdays to the next FOMC announcement", unit=AHEAD, window=1)
def weekdays_to_fomc(fomc__next: pd.Series) -> pd.Series:
    """Weekdays to the next FOMC announcement."""
    return fomc__next


@feature("S29", label="sessions since the last FOMC announcement", unit=BEHIND, window=1)
def sessions_since_fomc(fomc__last: pd.Series) -> pd.Series:
    """Sessions since the last FOMC announcement."""
    return fomc__last


@feature("S29", label="weekdays to the next consumer-price release", unit=AHEAD, window=1)
def weekdays_to_cpi(cpi__next: pd.Series) -> pd.Series:
    """Weekdays to the next consumer-price release."""
    return cpi__next


@feature("S29", label="sessions since the last consumer-price release", unit=BEHIND, window=1)
def sessions_since_cpi(cpi__last: pd.Series) -> pd.Series:
    """Sessions since the last consumer-price release."""
    return cpi__last


@feature("S29", label="weekdays to the next employment report", unit=AHEAD, window=1)
def weekdays_to_payrolls(payrolls__next: pd.Series) -> pd.Series:
    """Weekdays to the next employment report."""
    return payrolls__next


@feature("S29", label="sessions since the last employment report", unit=BEHIND, window=1)
def sessions_since_payrolls(payrolls__last: pd.Series) -> pd.Series:
    """Sessions since the last employment report."""
    return payrolls__last


@feature("S29", label="weekdays to the next mega-cap earnings", unit=AHEAD, window=1)
def weekdays_to_earnings(earnings__next: pd.Series) -> pd.Series:
    """Weekdays to the next earnings of a mega-cap."""
    return earnings__next


@feature("S29", label="sessions since the last mega-cap earnings", unit=BEHIND, window=1)
def sessions_since_earnings(earnings__last: pd.Series) -> pd.Series:
    """Sessions since the last earnings of a mega-cap."""
    return earnings__last


@feature(
    "S29",
    label="sessions since the last capital-spending guidance",
    unit=BEHIND,
    window=1,
    optional=True,
)
def sessions_since_capex_guidance(capex_guidance__last: pd.Series) -> pd.Series:
    """Sessions since the last capital-spending guidance in the user's calendar."""
    return capex_guidance__last


@feature(
    "S29", label="sessions since the last geopolitical shock", unit=BEHIND, window=1, optional=True
)
def sessions_since_geopolitics(geopolitics__last: pd.Series) -> pd.Series:
    """Sessions since the last geopolitical shock in the user's calendar."""
    return geopolitics__last


@feature(
    "S29",
    label="sessions since the last central-bank gold purchase",
    unit=BEHIND,
    window=1,
    optional=True,
)
def sessions_since_gold_buying(gold_buying__last: pd.Series) -> pd.Series:
    """Sessions since the last central-bank gold purchase in the user's calendar."""
    return gold_buying__last
