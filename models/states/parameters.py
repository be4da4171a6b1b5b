"""The numbers of a hidden Markov model with Gaussian states."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Parameters:
    """A chain of K states, each a Gaussian of D dimensions.

    Attributes
    ----------
    start
        Shape (K,): distribution of the first row's state.
    transition
        Shape (K, K): row i is the distribution of the state that follows state i.
    means
        Shape (K, D); NaN in a dimension that the fit did not use.
    variances
        Shape (K, D): the dimensions are independent within a state.
    """

    start: Array
    transition: Array
    means: Array
    variances: Array

    @property
    def used(self) -> NDArray[np.bool_]:
        """Shape (D,): which dimensions the fit used."""
        return np.isfinite(self.means[0])

    def permuted(self, order: NDArray[np.intp]) -> "Parameters":
        """Renumber: new state i is old state ``order[i]``."""
        return Parameters(
            start=self.start[order],
            transition=self.transition[np.ix_(order, order)],
            means=self.means[order],
            variances=self.variances[order],
        )

    def transformed(self, shift: Array, scale: Array) -> "Parameters":
        """Give the chain of ``scale * x + shift``, both of shape (D,)."""
        return Parameters(
            start=self.start,
            transition=self.transition,
            means=self.means * scale + shift,
            variances=self.variances * scale**2,
        )

    def stationary(self) -> Array:
        """Long-run share of each state, shape (K,)."""
        n_states = len(self.start)
        balance = np.vstack([self.transition.T - np.eye(n_states), np.ones(n_states)])
        return np.linalg.lstsq(balance, np.append(np.zeros(n_states), 1.0), rcond=None)[0]

    def fitted_state(self) -> dict[str, Any]:
        """Arrays by name, for a bundle without pickle."""
        return {
            "start": self.start,
            "transition": self.transition,
            "means": self.means,
            "variances": self.variances,
        }

    @classmethod
    def restore(cls, state: Mapping[str, Any]) -> Self:
        """Take back what ``fitted_state`` gave; nested lists will do for arrays."""
        names = ("start", "transition", "means", "variances")
        return cls(**{name: np.asarray(state[name], dtype=np.float64) for name in names})
