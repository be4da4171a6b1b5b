"""A predictive distribution as weighted outcomes, and the tail that is read off it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sample:
    """What may happen after each asked session.

    Attributes
    ----------
    values
        Shape (sessions, outcomes): returns of the book, as fractions, rising along each row.
    weights
        The same shape: probability of each outcome; rows add up to one.
    """

    values: Array
    weights: Array

    @classmethod
    def of(cls, values: Array, weights: Array | None = None) -> "Sample":
        """Sort outcomes; equally likely unless weights of the same shape are given."""
        if weights is None:
            ordered = np.sort(values, axis=1)
            return cls(ordered, np.full(values.shape, 1.0 / values.shape[1]))
        order = np.argsort(values, axis=1, kind="stable")
        taken = np.take_along_axis(weights, order, axis=1)
        total = taken.sum(axis=1, keepdims=True)
        return cls(np.take_along_axis(values, order, axis=1), taken / total)

    def quantiles(self, levels: Array) -> Array:
        """Smallest outcome whose cumulative probability reaches each level, (sessions, levels)."""
        cumulative = self._cumulative()
        places = np.stack([np.searchsorted(row, levels) for row in cumulative])
        return np.take_along_axis(self.values, self._inside(places), axis=1)

    def tail(self, level: float) -> tuple[Array, Array]:
        """Value at risk and expected shortfall, as returns: the worse, the more negative.

        Parameters
        ----------
        level
            Probability of the tail, such as 0.05.

        Returns
        -------
        tuple of ndarray
            Each of shape (sessions,): the quantile, and the mean of the outcomes of the tail. The
            outcome at its edge counts with what of it belongs to the tail (Acerbi and Tasche 2002,
            *On the coherence of expected shortfall*, definition 2.6).
        """
        before = self._cumulative() - self.weights
        inside = np.clip(level - before, 0.0, self.weights)
        shortfall = (inside * self.values).sum(axis=1) / inside.sum(axis=1)
        return self.quantiles(np.array([level]))[:, 0], shortfall

    def _cumulative(self) -> Array:
        return np.asarray(np.cumsum(self.weights, axis=1))

    def _inside(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rounding may leave the last cumulative probability a hair below one."""
        return np.minimum(places, self.values.shape[1] - 1)
