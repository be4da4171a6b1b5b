"""The composite: what the market did over a window, in standard deviations.

One formula serves the scenario labels (on what happened) and the features (on what was
known). Positive is tightening: yields, the dollar, spreads and volatility up, technology and
bitcoin down.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

import numpy as np
import pandas as pd

from features.maths.across import row_mean
from features.maths.trailing import log, ratio

Transform = Literal["change", "log", "minus_log"]


def component_levels(values: pd.DataFrame, components: Mapping[str, Transform]) -> pd.DataFrame:
    """Levels whose plain differences are the components' moves, signed so that up is tightening.

    Parameters
    ----------
    values
        One row a session, one column a series of ``components``.
    components
        For each series how its move is measured: ``change``, ``log`` change or ``minus_log``. A
        name ``a/b`` stands for the quotient of two series (``hyg/ief``).

    Returns
    -------
    pandas.DataFrame
        One column a component; NaN where a logarithm's value is not positive.
    """
    signed = {name: _signed(_level(values, name), how) for name, how in components.items()}
    return pd.DataFrame(signed, index=values.index)


def series_of(components: Iterable[str]) -> tuple[str, ...]:
    """Series that the components read, both parts of a quotient."""
    return tuple(name for component in components for name in component.split("/"))


def component_scale(levels: pd.DataFrame, min_count: int) -> pd.DataFrame:
    """Standard deviation of each one's daily changes so far, from the ``min_count``-th on."""
    return levels.diff().expanding(min_count).std()


def component_moves(levels: pd.DataFrame, sessions: int, scale: pd.DataFrame) -> pd.DataFrame:
    """Each component's move over the last ``sessions``, in its own standard deviations.

    ``[x(t) - x(t - n)] / [sd(t - n) * sqrt(n)]`` where ``sd`` is the ``scale``
    (`component_scale`) at the window's start: it never sees the window that it measures.
    """
    return ratio(levels.diff(sessions), scale.shift(sessions) * np.sqrt(sessions))


def composite(moves: pd.DataFrame) -> pd.Series:
    """Mean of the components that exist; early years have no bitcoin."""
    return row_mean(moves)


def _level(values: pd.DataFrame, name: str) -> pd.Series:
    numerator, _slash, denominator = name.partition("/")
    return ratio(values[numerator], values[denominator]) if denominator else values[numerator]


def _signed(values: pd.Series, transform: Transform) -> pd.Series:
    if transform == "change":
        return values
    return log(values) if transform == "log" else -log(values)
