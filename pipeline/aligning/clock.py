"""The session from which an observation is known: the only place where publication lags act."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.series.calendar import bond_holidays, decision_times
from pipeline.series.kinds import SAME_EVENING, Lag

Positions = NDArray[np.int64]

FIRST_SPAN = pd.Timedelta("1D")
"""Span of the first session, whose previous decision is not in the panel. All that came before it
would otherwise be gathered into that one session: years of volume, and their highest price."""

FRESH = pd.Timedelta("1D")
"""Within a day of the decision, bars of hours tell of that day."""


@dataclass(frozen=True)
class Clock:
    """The sessions of the panel, and how dates and instants fall on them.

    Attributes
    ----------
    sessions
        Sessions, increasing.
    moment
        UTC instant up to which the last session knows instants, for a view between sessions; None
        for its decision time. What is dated stays as it was public at the decision. A moment at or
        after the next session's decision would put two sessions into one row.
    """

    sessions: pd.DatetimeIndex
    moment: pd.Timestamp | None = None

    @property
    def decisions(self) -> pd.DatetimeIndex:
        """UTC instant up to which each session knows instants."""
        times = decision_times(self.sessions)
        return times if self.moment is None else pd.DatetimeIndex([*times[:-1], self.moment])

    def of_date(self, dates: pd.Series, lag: Lag = SAME_EVENING) -> Positions:
        """Position of the first session at whose decision a dated observation is public.

        A date that is no session counts as the next one. Positions at or past ``len(sessions)``
        are not public yet.
        """
        if lag.weekday is not None:
            dates = dates + _days_until(dates.dt.day_of_week, lag.weekday)
        first = self.sessions.searchsorted(dates.to_numpy(), side="left")
        public = np.asarray(first, dtype=np.int64) + lag.sessions
        if lag.bank_holidays:
            resting = self.sessions.get_indexer(bond_holidays(self.sessions))
            public += np.isin(public, resting)
        return public

    def described(self, dates: pd.Series) -> Positions:
        """Position of the session that each date belongs to, by which a value's age is told.

        A date before the panel counts back in weekdays, so that it is as old as it is.
        """
        first = self.sessions[0]
        days = dates.to_numpy().astype("datetime64[D]")
        back = np.busday_count(days, np.datetime64(first, "D"))
        return np.where(dates < first, -back, self.of_date(dates)).astype(np.int64)

    def of_instant(self, instants: pd.Series) -> Positions:
        """Position of the first session whose decision time is not before the instant.

        It is -1 for an instant before the span of the panel's first session (`FIRST_SPAN`).
        """
        decisions = self.decisions
        found = decisions.searchsorted(instants, side="left")
        before = np.asarray(instants <= decisions[0] - FIRST_SPAN)
        return np.where(before, -1, found).astype(np.int64)

    def newest(self, instants: pd.Series) -> Positions:
        """By session, place of the last of the ordered instants that is not after its decision.

        It is -1 where that is a day before the decision, or more, and where there is none.
        """
        decisions = self.decisions
        places = np.asarray(instants.searchsorted(decisions, side="right"), dtype=np.int64) - 1
        last = pd.DatetimeIndex(instants.reset_index(drop=True).reindex(places))
        return np.where(decisions - last < FRESH, places, -1).astype(np.int64)

    def in_panel(self, positions: Positions) -> NDArray[np.bool_]:
        """Which positions are sessions of the panel."""
        return (positions >= 0) & (positions < len(self.sessions))


def _days_until(weekday: pd.Series, wanted: int) -> pd.Series:
    """Days from each weekday to the next ``wanted`` one, at least one and at most seven."""
    return pd.to_timedelta((wanted - weekday - 1) % 7 + 1, unit="D")
