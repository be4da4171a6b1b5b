"""How a value stands against its own past; nothing here looks at a later value."""

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

SPAN = 5
"""Sessions over which direction and change of band are told."""

MIN_HISTORY = 252
"""Earlier values before a percentile is given; fewer would call a quiet year extreme."""

OUTER = 0.10
"""Share of the past at either end beyond which a value is low or high."""


class Direction(StrEnum):
    """Where a value went over the last `SPAN` sessions."""

    RISING = "rising"
    FALLING = "falling"
    UNCHANGED = "unchanged"


class Band(StrEnum):
    """Where a value lies in its own past; a flag is on or off instead."""

    LOW = "low"
    USUAL = "usual"
    HIGH = "high"
    ON = "on"
    OFF = "off"


def percentile(values: NDArray[np.float64], place: int = -1) -> float | None:
    """Share of the values before a place that are below the one there; equal ones count half.

    Parameters
    ----------
    values
        One a session, oldest first, shape (n,); NaN says missing.
    place
        Which value; what comes after it is not looked at.

    Returns
    -------
    float or None
        Between 0 and 1; None when the value is missing or has fewer than `MIN_HISTORY` before it.
    """
    past = earlier(values, place)
    if np.isnan(values[place]) or len(past) < MIN_HISTORY:
        return None
    return float(((past < values[place]).sum() + (past == values[place]).sum() / 2) / len(past))


def earlier(values: NDArray[np.float64], place: int = -1) -> NDArray[np.float64]:
    """Values before a place that are not missing."""
    past = values[:place]
    return past[~np.isnan(past)]


def direction(values: NDArray[np.float64]) -> Direction | None:
    """Where the last value went over `SPAN` sessions; None when either end is missing."""
    if len(values) <= SPAN or np.isnan(moved := values[-1] - values[-1 - SPAN]):
        return None
    return Direction.RISING if moved > 0 else Direction.FALLING if moved else Direction.UNCHANGED


def band(values: NDArray[np.float64], place: int = -1, *, flag: bool) -> Band | None:
    """Where a value lies in its own past; None when that cannot be told."""
    if len(values) < -place or np.isnan(values[place]):
        return None
    if flag:
        return Band.ON if values[place] > 0.5 else Band.OFF
    share = percentile(values, place)
    if share is None:
        return None
    return Band.LOW if share < OUTER else Band.HIGH if share > 1 - OUTER else Band.USUAL
