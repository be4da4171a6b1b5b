"""Driver events: weekdays to the next event whose date is public, sessions since the last (S29).

Scheduled events have a public calendar; the others stand in the user's own.
"""

import pandas as pd

from features.registry import feature

AHEAD, BEHIND = "weekdays", "sessions"
SCHEDULED = {
    "fomc": "FOMC announcement",
    "cpi": "consumer-price release",
    "payrolls": "employment report",
    "earnings": "mega-cap earnings",
}
OWN = {
    "capex_guidance": "capital-spending guidance",
    "geopolitics": "geopolitical shock",
    "gold_buying": "central-bank gold purchase",
}


@feature("S29", label="weekdays to the next {group}", unit=AHEAD, window=1, groups=SCHEDULED)
def weekdays_to_group(group__next: pd.Series) -> pd.Series:
    """Weekdays to the next {group}."""
    return group__next


@feature(
    "S29",
    label="sessions since the last {group}",
    unit=BEHIND,
    window=1,
    groups=OWN,
    optional=True,
)
@feature("S29", label="sessions since the last {group}", unit=BEHIND, window=1, groups=SCHEDULED)
def sessions_since_group(group__last: pd.Series) -> pd.Series:
    """Sessions since the last {group}."""
    return group__last
