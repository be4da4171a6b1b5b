"""The composite: what the market did over a window, in standard deviations.

One formula serves the ruler (the scenario label, on what happened) and the features (on what was
known). Positive is tightening: yields, the dollar, spreads and volatility up, technology and
bitcoin down.
"""

from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd

from features.maths.across import row_mean
from features.maths.trailing import log, ratio

Transform = Literal["change", "log", "minus_log"]


def leg_levels(values: pd.DataFrame, legs: Mapping[str, Transform]) -> pd.DataFrame:
    """Levels whose plain differences are the legs' moves, signed so that up is tightening.

    Parameters
    ----------
    values
        One row a session, one column a series of ``legs``.
    legs
        For each series how its move is measured: ``change``, ``log`` change or ``minus_log``. A
        name ``a/b`` stands for the quotient of two series (``hyg/ief``).

    Returns
    -------
    pandas.DataFrame
        One column a leg; NaN where a logarithm's value is not positive.
    """
    signed = {name: _signed(_leg(values, name), transform) for name, transform in legs.items()}
    return pd.DataFrame(signed, index=values.index)


def series_of(legs: Mapping[str, Transform]) -> tuple[str, ...]:
    """Series that the legs read, both parts of a quotient."""
    return tuple(name for leg in legs for name in leg.split("/"))


def leg_scale(levels: pd.DataFrame, least: int) -> pd.DataFrame:
    """Each leg's standard deviation of all daily changes so far, from the ``least``-th on."""
    return levels.diff().expanding(least).std()


def leg_moves(levels: pd.DataFrame, sessions: int, scale: pd.DataFrame) -> pd.DataFrame:
    """Each leg's move over the last ``sessions``, in its own standard deviations.

    ``[x(t) - x(t - n)] / [sd(t - n) * sqrt(n)]`` where ``sd`` is the ``scale`` (`leg_scale`) at the
    window's start: it never sees the window that it measures.
    """
    return ratio(levels.diff(sessions), scale.shift(sessions) * np.sqrt(sessions))


def composite(moves: pd.DataFrame) -> pd.Series:
    """Mean of the legs that exist; early years have no bitcoin."""
    return row_mean(moves)


def _leg(values: pd.DataFrame, name: str) -> pd.Series:
    numerator, _slash, denominator = name.partition("/")
    return ratio(values[numerator], values[denominator]) if denominator else values[numerator]


def _signed(values: pd.Series, transform: Transform) -> pd.Series:
    if transform == "change":
        return values
    return log(values) if transform == "log" else -log(values)
