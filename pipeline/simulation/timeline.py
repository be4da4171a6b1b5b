"""The clocks of the simulated market: exchange sessions, calendar days, and who closes when."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.tseries.holiday import Holiday, USColumbusDay, sunday_to_monday

from pipeline.series.calendar import sessions

_VETERANS_DAY = Holiday("Veterans Day", month=11, day=11, observance=sunday_to_monday)
_BOND_HOLIDAYS = (USColumbusDay, _VETERANS_DAY)
"""On these the bond market rests while the exchange trades (SIFMA's holiday schedule)."""


@dataclass(frozen=True)
class Timeline:
    """From ``start`` to ``end``, both ``YYYY-MM-DD`` and included."""

    start: str
    end: str

    @cached_property
    def sessions(self) -> pd.DatetimeIndex:
        """Exchange sessions."""
        return sessions(self.start, self.end)

    @cached_property
    def days(self) -> pd.DatetimeIndex:
        """Every calendar day."""
        return pd.date_range(self.start, self.end, name="date")

    @cached_property
    def bond_days(self) -> NDArray[np.bool_]:
        """Sessions on which Treasuries are quoted: not on Columbus and Veterans Day."""
        closed = [day for rule in _BOND_HOLIDAYS for day in rule.dates(self.start, self.end)]
        return np.asarray(~self.sessions.isin(closed))

    def latest_session(self, dates: pd.DatetimeIndex) -> NDArray[np.int64]:
        """Position of the last session not after each date; the first one before there is any."""
        found = self.sessions.searchsorted(dates, side="right") - 1
        return np.maximum(np.asarray(found, dtype=np.int64), 0)
