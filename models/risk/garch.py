"""The law of GARCH(1,1) with Student-t errors: its variances, and what may follow."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Garch:
    """Bollerslev (1987): tomorrow's variance reacts to today's square and remembers its own.

    Attributes
    ----------
    mean
        Of a day's log return.
    long_run
        Variance that it returns to.
    reaction, memory
        Weights of today's square and of today's variance; they add up to less than one.
    degrees
        Degrees of freedom of the errors, above 2.
    """

    mean: float
    long_run: float
    reaction: float
    memory: float
    degrees: float

    def variances(self, off: Array) -> Array:
        """Variance of each day and of the one after the last, shape (n + 1,).

        Parameters
        ----------
        off
            Shape (n,): returns less the mean.
        """
        constant = self.long_run * (1.0 - self.reaction - self.memory)
        moved = (constant + self.reaction * off**2) / (1.0 - self.memory)
        # The recursion h = memory * h + (1 - memory) * moved is an exponential mean.
        start = np.concatenate([[self.long_run], moved])
        return pd.Series(start).ewm(alpha=1.0 - self.memory, adjust=False).mean().to_numpy()

    def paths(self, variance: Array, draws: Array) -> Array:
        """Summed log returns, shape (sessions, paths).

        Parameters
        ----------
        variance
            Shape (sessions,): of the first day.
        draws
            Shape (days, paths): Student-t errors of variance one.
        """
        constant = self.long_run * (1.0 - self.reaction - self.memory)
        current = np.repeat(variance[:, np.newaxis], draws.shape[1], axis=1)
        total = np.zeros_like(current)
        for errors in draws:
            off = np.sqrt(current) * errors
            total += self.mean + off
            current = constant + self.reaction * off**2 + self.memory * current
        return total
