"""Yes-or-no features as 1, 0 or missing, and where a value stands against a band."""

import numpy as np
import pandas as pd

from features.maths.trailing import same_place


def flag(condition: pd.Series, *known: pd.Series) -> pd.Series:
    """1 where ``condition`` holds, 0 where not, NaN where any of ``known`` is missing."""
    answer = condition.to_numpy(dtype=float, copy=True)
    for values in known:
        same_place(condition, values)
        answer[np.isnan(values.to_numpy(dtype=float))] = np.nan
    return pd.Series(answer, index=condition.index)


def beyond(values: pd.Series, band: tuple[float, float]) -> pd.Series:
    """Signed distance from a band: negative below it, 0 inside, positive above."""
    low, high = band
    return values - values.clip(low, high)


def position(values: pd.Series, band: tuple[float, float]) -> pd.Series:
    """How far into a band a value has come: 0 at its lower edge, 1 at its upper; never beyond."""
    low, high = band
    return ((values - low) / (high - low)).clip(0.0, 1.0)
