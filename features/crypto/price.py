"""Bitcoin's price: return, drawdown, distance to long marks, and the weekend (S20, S27)."""

import numpy as np
import pandas as pd

from features.maths.flags import beyond
from features.maths.trailing import log, log_change, log_ratio, mean, ratio, total
from features.registry import feature, running

WEEKS_200 = 1000
"""Sessions in 200 weeks."""

WEEK = 5
"""Sessions in a week at most: one of the last five began after a weekend."""


@feature(
    "S27", label="bitcoin {over}", unit="log return", window=lambda n: n + 1, speeds=(1, 5, 21)
)
def btc_return(btc: pd.Series, *, sessions: int) -> pd.Series:
    """Bitcoin's move from decision to decision."""
    return log_change(btc, sessions)


@running
def btc_highest(btc: pd.Series) -> pd.Series:
    """Bitcoin's highest close so far."""
    return btc.cummax()


@feature("S27", label="bitcoin against its high", unit="fraction", window=1)
def btc_drawdown(btc: pd.Series, btc_highest: pd.Series) -> pd.Series:
    """Bitcoin against its highest close so far."""
    return btc / btc_highest - 1.0


@feature("S27", label="bitcoin's drawdown beyond its band", unit="fraction", window=1)
def btc_drawdown_beyond_band(
    btc_drawdown: pd.Series, *, btc_drawdown_band: tuple[float, float]
) -> pd.Series:
    """Depth of the drawdown against its band: negative shallower, 0 inside, positive deeper."""
    return beyond(-btc_drawdown, btc_drawdown_band)


@feature("S27", label="bitcoin against its 200-week mean", unit="log ratio", window=WEEKS_200)
def btc_over_mean_200_weeks(btc: pd.Series) -> pd.Series:
    """Bitcoin over its 200-week mean."""
    return log_ratio(btc, mean(btc, WEEKS_200))


@feature("S27", label="bitcoin beyond its price zone", unit="log ratio", window=1)
def btc_beyond_zone(btc: pd.Series, *, btc_zone: tuple[float, float]) -> pd.Series:
    """Distance from ``btc_zone``: negative below it, 0 inside, positive above."""
    low, high = np.log(btc_zone)
    return beyond(log(btc), (low, high))


@feature("S20", label="bitcoin over the last weekend", unit="log return", window=WEEK + 1)
def btc_weekend_move(btc_return_1: pd.Series) -> pd.Series:
    """Bitcoin's move over the last weekend, from the decision before it to the one after."""
    return _last_weekend(btc_return_1)


@feature(
    "S20",
    label="bitcoin's share of volume at the last weekend",
    unit="share of the week's volume",
    window=2 * WEEK + 1,
)
def btc_weekend_volume_share(btc__volume: pd.Series) -> pd.Series:
    """Volume over the last weekend's span against that of the five sessions that it closes."""
    return _last_weekend(ratio(btc__volume, total(btc__volume, WEEK)))


def _last_weekend(values: pd.Series) -> pd.Series:
    """Value of the first session after a weekend, held until the next such session."""
    weeks = pd.DatetimeIndex(values.index).to_period("W").to_series(index=values.index)
    held = values.where(weeks != weeks.shift(1))
    return held.ffill(limit=WEEK - 1)
