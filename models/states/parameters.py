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
    covariances
        Shape (K, D) when diagonal, (K, D, D) when full.
    """

    start: Array
    transition: Array
    means: Array
    covariances: Array

    @property
    def used(self) -> NDArray[np.bool_]:
        """Shape (D,): which dimensions the fit used."""
        return np.isfinite(self.means[0])

    @property
    def full_covariances(self) -> Array:
        """Covariances with shape (K, D, D), whichever way they are kept."""
        if self.covariances.ndim == 3:
            return self.covariances
        return self.covariances[:, :, None] * np.eye(self.covariances.shape[1])

    def permuted(self, order: NDArray[np.intp]) -> "Parameters":
        """Renumber: new state i is old state ``order[i]``."""
        return Parameters(
            start=self.start[order],
            transition=self.transition[np.ix_(order, order)],
            means=self.means[order],
            covariances=self.covariances[order],
        )

    def transformed(self, shift: Array, scale: Array) -> "Parameters":
        """Give the chain of ``scale * x + shift``, both of shape (D,)."""
        square = scale**2 if self.covariances.ndim == 2 else np.outer(scale, scale)
        return Parameters(
            start=self.start,
            transition=self.transition,
            means=self.means * scale + shift,
            covariances=self.covariances * square,
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
            "covariances": self.covariances,
        }

    @classmethod
    def restore(cls, state: Mapping[str, Any]) -> Self:
        """Take back what ``fitted_state`` gave; nested lists will do for arrays."""
        names = ("start", "transition", "means", "covariances")
        return cls(**{name: np.asarray(state[name], dtype=np.float64) for name in names})
