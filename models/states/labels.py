"""The label that people see, which changes its mind less often than the posteriors do."""

import numpy as np
from numpy.typing import NDArray

from models.states.parameters import Array


def shown_labels(posteriors: Array, level: float, current: int) -> NDArray[np.int64]:
    """Hold the shown state until another one reaches ``level``.

    Parameters
    ----------
    posteriors
        Shape (n, K), in order of time.
    level
        Probability at which the likeliest state takes over.
    current
        State shown before the first row.

    Returns
    -------
    numpy.ndarray
        Shape (n,): number of the state shown at each row; it depends on earlier rows only.
    """
    convincing = posteriors.max(axis=1, initial=0.0) >= level
    latest = np.maximum.accumulate(np.where(convincing, np.arange(len(posteriors)), -1))
    return np.where(latest < 0, current, posteriors.argmax(axis=1)[latest]).astype(np.int64)


def sessions_shown(labels: NDArray[np.int64], current: int, age: int) -> NDArray[np.int64]:
    """For how many sessions each row's label has been shown, itself included.

    Parameters
    ----------
    labels
        Shape (n,), from ``shown_labels``.
    current, age
        State shown before the first row, and for how many sessions by then.

    Returns
    -------
    numpy.ndarray
        Shape (n,), at least 1.
    """
    rows = np.arange(len(labels))
    changed = np.concatenate([[current], labels])[:-1] != labels
    begun = np.maximum.accumulate(np.where(changed, rows, -age))
    return rows - begun + 1


def entropy(posteriors: Array) -> Array:
    """Shannon entropy of each row in nats: 0 when certain, log K when clueless; shape (n,)."""
    positive = np.where(posteriors > 0.0, posteriors, 1.0)
    return -(positive * np.log(positive)).sum(axis=1)
