"""Which new state is which old one.

A refit returns its states in no particular order. They are matched to the previous fit's by
the assignment of least total distance (Kuhn 1955), so that a state keeps its number for life.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from models.states.parameters import Array, Parameters


@dataclass(frozen=True, eq=False)
class Alignment:
    """A matching of new states to old.

    Attributes
    ----------
    order
        Shape (K,): old state i is new state ``order[i]``.
    margin
        How much farther, in total Bhattacharyya distance (nats), the second-best matching is; near
        zero, the numbers of two states could as well be swapped.
    """

    order: NDArray[np.intp]
    margin: float


def align(new: Parameters, previous: Parameters) -> Alignment:
    """Match states of ``new`` to those of ``previous``; both in the same units, at least two."""
    distances = bhattacharyya(previous, new)
    rows, order = linear_sum_assignment(distances)
    least = float(distances[rows, order].sum())
    second = min(_without(distances, pair) for pair in zip(rows, order, strict=True))
    return Alignment(order, second - least)


def bhattacharyya(left: Parameters, right: Parameters) -> Array:
    """Bhattacharyya distance (1943) between each pair of states.

    It is the same in any units of the inputs, unlike a distance between means. Only dimensions
    that both fits used are compared.

    Returns
    -------
    numpy.ndarray
        Shape (K of left, K of right), in nats; 0 for equal states.
    """
    shared = np.flatnonzero(left.used & right.used)
    lefts, rights = left.variances[:, None, shared], right.variances[None, :, shared]
    middle = (lefts + rights) / 2.0
    gaps = left.means[:, None, shared] - right.means[None, :, shared]
    spread = np.log(middle) - (np.log(lefts) + np.log(rights)) / 2.0
    return (gaps**2 / middle / 8.0 + spread / 2.0).sum(axis=-1)


def _without(distances: Array, pair: tuple[int, int]) -> float:
    """Least total distance of a matching that does not use ``pair``."""
    barred = distances.copy()
    barred[pair] = np.inf
    rows, order = linear_sum_assignment(barred)
    return float(barred[rows, order].sum())
