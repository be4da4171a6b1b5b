"""In the market above the mean of the last 200 closes, out of it below: a yardstick."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from pipeline.desk.policy import Policy, Seen
from pipeline.desk.target import Array


@dataclass(frozen=True)
class Mean200(Policy):
    """All in above the mean, all out below (Faber 2007, Journal of Wealth Management 9).

    Attributes
    ----------
    sessions
        Over which the mean is taken.
    """

    why: ClassVar = "All in while above the mean of 200 sessions, all out below it."
    yardstick: ClassVar = True
    reads_target: ClassVar = False

    sessions: int = 200

    def __post_init__(self) -> None:
        self.require("sessions", "2 or more", met=self.sessions > 1)

    def wanted(self, seen: Seen) -> Array:
        """1 above the mean, 0 below."""
        return np.where(below_mean(seen, self.sessions), 0.0, 1.0)


def below_mean(seen: Seen, sessions: int) -> pd.Series:
    """Whether what is held stands below its own mean, by evening; not while that is unknown."""
    value = (1.0 + seen.returns).cumprod()
    return (value < value.rolling(sessions).mean()).reindex(seen.days.index)
