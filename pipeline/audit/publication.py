"""Which raw rows were public at a session's decision.

The rules of the catalogue, told a second time on purpose and the other way round: `align` asks at
which session a row becomes known, the audit asks which rows a session may know. An audit that
shared align's clock would share its faults.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.series.calendar import decision_times
from pipeline.series.kinds import Series

Mask = NDArray[np.bool_]

_UNSCHEDULED = "unscheduled"


def public_rows(
    raw: pd.DataFrame, series: Series, sessions: pd.DatetimeIndex, position: int
) -> Mask:
    """Which rows of a series were public when the session at ``position`` was decided.

    Parameters
    ----------
    raw
        Raw rows in the shape of the series' kind.
    series
        The catalogue's entry.
    sessions
        Sessions of the panel.
    position
        Place of the session among them.

    Returns
    -------
    ndarray
        Shape (rows,). All rows of a table, which has no clock of its own.
    """
    if series.kind == "table":
        return np.ones(len(raw), dtype=bool)
    if series.kind == "calendar":
        return _known_events(raw, series, sessions[position])
    if series.kind in {"value", "panel"}:
        return (raw["date"] <= last_public_date(series, sessions, position)).to_numpy()
    length = pd.Timedelta(series.interval if series.kind == "bar" else 0)
    decided = decision_times(sessions[position : position + 1])[0]
    return (raw["time"] + length <= decided).to_numpy()


def last_public_date(series: Series, sessions: pd.DatetimeIndex, position: int) -> pd.Timestamp:
    """Latest date whose observation is public at the decision of the session at ``position``.

    A daily value with a lag of ``n`` sessions is out ``n`` sessions after its own. A weekly one
    needs its release day to lie strictly between its date and then.
    """
    released = sessions[max(position - series.lag.sessions, 0)]
    if series.lag.weekday is None:
        return released
    since_release_day = (released.day_of_week - series.lag.weekday) % 7
    return released - pd.Timedelta(days=since_release_day + 1)


def _known_events(raw: pd.DataFrame, series: Series, session: pd.Timestamp) -> Mask:
    """Events that have happened, and those to come whose dates are already out."""
    announced = session + pd.Timedelta(days=series.known_ahead)
    scheduled = raw["type"].ne(_UNSCHEDULED) if "type" in raw else True
    happened = raw["date"] <= session
    return (happened | (scheduled & (raw["date"] <= announced))).to_numpy()
