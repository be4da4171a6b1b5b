"""Where a cold fit may start: three unlike ways to split the training rows into K groups.

Expectation-maximisation climbs to the nearest optimum, so several unlike starts are climbed from.
A start is one function here; its name is the function's.
"""

import warnings
from collections.abc import Callable, Iterator
from itertools import cycle, islice

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.cluster.vq import kmeans2

from models.states.moments import moments
from models.states.parameters import Array, Parameters
from models.states.settings import StatesSettings

_STAY = 0.95
"""Probability of staying put before the data have spoken: regimes last for weeks."""

_BLOCK = 63
"""Rows of a random block: about a quarter."""

Groups = NDArray[np.intp]


def k_means(rows: Array, n_states: int, random: Generator) -> Groups:
    """Group rows by k-means (SciPy's, whose sums run in one order on any number of cores)."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="One of the clusters is empty")
        return kmeans2(rows, n_states, minit="++", rng=random)[1].astype(np.intp)


def random_points(rows: Array, n_states: int, random: Generator) -> Groups:
    """Group rows by the nearest of K rows drawn at random."""
    points = rows[random.choice(len(rows), n_states, replace=False)]
    distances = ((rows[:, None, :] - points) ** 2).sum(axis=2)
    return distances.argmin(axis=1)


def random_blocks(rows: Array, n_states: int, random: Generator) -> Groups:
    """Group whole stretches of time at random."""
    n_blocks = len(rows) // _BLOCK + 1
    return random.integers(n_states, size=n_blocks)[np.arange(len(rows)) // _BLOCK]


_STARTS: tuple[Callable[[Array, int, Generator], Groups], ...] = (
    k_means,
    random_points,
    random_blocks,
)


def cold_starts(
    values: Array, count: int, settings: StatesSettings
) -> Iterator[tuple[str, Parameters]]:
    """Give ``count`` starts in turn, each with its name.

    Parameters
    ----------
    values
        Standardised training rows, shape (n, D); NaN says missing.
    count
        How many.
    settings
        See ``StatesSettings``. The random numbers depend on ``seed`` and on the number of rows, so
        that each refit draws others, and the same ones when it is repeated.
    """
    random = np.random.default_rng([settings.seed, len(values)])
    rows = np.where(np.isnan(values), 0.0, values)
    for start in islice(cycle(_STARTS), count):
        groups = start(rows, settings.n_states, random)
        yield start.__name__, _parameters(values, groups, settings)


def _parameters(values: Array, groups: Groups, settings: StatesSettings) -> Parameters:
    n_states = settings.n_states
    counts, sums, squares = moments(values, np.eye(n_states)[groups])
    rows = counts + settings.prior_rows
    means = sums / rows
    variances = np.maximum(
        (squares + settings.prior_rows) / rows - means**2, settings.variance_floor
    )
    transition = np.full((n_states, n_states), (1.0 - _STAY) / (n_states - 1))
    np.fill_diagonal(transition, _STAY)
    return Parameters(np.full(n_states, 1.0 / n_states), transition, means, variances)
