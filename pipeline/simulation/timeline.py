"""The clocks of the simulated market: exchange sessions, calendar days, and who closes when."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.series.calendar import bond_holidays, sessions


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
        """Sessions on which Treasuries are quoted, True or False each."""
        return np.asarray(~self.sessions.isin(bond_holidays(self.sessions)))

    def latest_session(self, dates: pd.DatetimeIndex) -> NDArray[np.int64]:
        """Position of the last session not after each date; the first one before there is any."""
        found = self.sessions.searchsorted(dates, side="right") - 1
        return np.maximum(np.asarray(found, dtype=np.int64), 0)
