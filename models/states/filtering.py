"""The causal forward filter: each posterior from the rows so far, and from nothing later.

Scoring imports this file, so it needs NumPy and pandas only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd

from models.states.emissions import relative_density
from models.states.parameters import Array, Parameters


def forward(
    values: Array, parameters: Parameters, initial: Array | None = None
) -> tuple[Array, float]:
    """Filter rows in one pass (Hamilton 1989; scaling of Rabiner 1989, section V.A).

    Parameters
    ----------
    values
        Shape (n, D), in order of time; NaN says missing.
    parameters
        The chain; every transition must be possible, as fitted chains ensure.
    initial
        Shape (K,): posterior at the row before the first; None starts from ``parameters.start``.

    Returns
    -------
    tuple
        Posteriors of shape (n, K), and the log likelihood of the rows in nats.
    """
    likelihoods, peaks = relative_density(values, parameters)
    transition, add = parameters.transition, np.add.reduce
    posteriors, totals = [], []
    predicted = parameters.start if initial is None else initial.dot(transition)
    # NumPy's shortest ways: the arithmetic of so few states takes less time than any detour.
    for likelihood in likelihoods:
        joint = predicted * likelihood
        total = add(joint)
        posterior = joint / total
        totals.append(total)
        posteriors.append(posterior)
        predicted = posterior.dot(transition)
    filtered = np.array(posteriors).reshape(likelihoods.shape)
    return filtered, float(np.log(totals).sum() + peaks.sum())


@dataclass(frozen=True, eq=False)
class FittedStates:
    """A fitted chain in the units of its inputs.

    Attributes
    ----------
    dimensions
        Input columns, in the order of the parameters' second axis.
    parameters
        The chain.
    words
        One word a state.
    fit_end
        Last session that the fit saw.
    """

    dimensions: tuple[str, ...]
    parameters: Parameters
    words: tuple[str, ...]
    fit_end: pd.Timestamp

    def filter(self, observations: pd.DataFrame, initial: Array | None = None) -> Array:
        """Posteriors of shape (n, K) given the rows so far; ``initial`` as in ``forward``.

        Raises
        ------
        ValueError
            When a dimension is absent or infinite.
        """
        return forward(self.values(observations), self.parameters, initial)[0]

    def log_likelihood(self, observations: pd.DataFrame) -> float:
        """Log likelihood of the observed values, in nats."""
        return forward(self.values(observations), self.parameters)[1]

    def values(self, observations: pd.DataFrame) -> Array:
        """Dimensions of ``observations`` as an array of shape (n, D)."""
        return dimension_values(observations, self.dimensions)

    def fitted_state(self) -> dict[str, Any]:
        """Strings, lists and arrays only, for a bundle without pickle."""
        return {
            "dimensions": list(self.dimensions),
            "words": list(self.words),
            "fit_end": self.fit_end.isoformat(),
            "parameters": self.parameters.fitted_state(),
        }

    @classmethod
    def restore(cls, state: Mapping[str, Any]) -> Self:
        """Take back what ``fitted_state`` gave."""
        return cls(
            dimensions=tuple(state["dimensions"]),
            parameters=Parameters.restore(state["parameters"]),
            words=tuple(state["words"]),
            fit_end=pd.Timestamp(state["fit_end"]),
        )


def dimension_values(observations: pd.DataFrame, dimensions: tuple[str, ...]) -> Array:
    """Columns of ``observations`` as an array of shape (n, D).

    Raises
    ------
    ValueError
        When a column is absent or holds an infinite value; the message names it.
    """
    absent = [name for name in dimensions if name not in observations]
    if absent:
        raise ValueError(
            f"observations lack {', '.join(absent)}; found {', '.join(map(str, observations))}"
        )
    values = observations[list(dimensions)].to_numpy(dtype=np.float64)
    bad = np.isinf(values).any(axis=0)
    infinite = [name for name, is_bad in zip(dimensions, bad, strict=True) if is_bad]
    if infinite:
        raise ValueError(f"observations hold infinite values in {', '.join(infinite)}; use NaN")
    return values
