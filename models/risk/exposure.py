"""What a book moves with, in calm and in stress, and the hedge that follows."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

_LEAST = 21
"""Sessions below which a beta is not told."""


@dataclass(frozen=True)
class Beta:
    """Least-squares slope of the book on one thing.

    Attributes
    ----------
    beta
        Return of the book for one unit of it; NaN on fewer than 21 sessions.
    explained
        Share of the book's variance that goes with it, as a fraction; NaN likewise.
    sessions
        How many it was measured on.
    """

    beta: float
    explained: float
    sessions: int


def measure(book: pd.Series, other: pd.Series, chosen: pd.Series) -> Beta:
    """Beta on the chosen sessions where both are known.

    Parameters
    ----------
    book, other
        By session, over the same spans.
    chosen
        By session: whether it counts.
    """
    x, y = other.reindex(book.index).to_numpy(), book.to_numpy()
    kept = chosen.reindex(book.index).to_numpy(dtype=bool) & ~np.isnan(x + y)
    x, y = x[kept], y[kept]
    if len(x) < _LEAST or not (x.std() > 0 and y.std() > 0):
        return Beta(float("nan"), float("nan"), len(x))
    covariance = np.cov(x, y)
    beta = covariance[0, 1] / covariance[0, 0]
    return Beta(float(beta), float(beta * covariance[0, 1] / covariance[1, 1]), len(x))


def exposure_within(limit: float, shortfall: float) -> float:
    """Largest share of the book, the rest in cash, whose expected shortfall keeps to the limit.

    Parameters
    ----------
    limit
        Largest expected shortfall, as a positive fraction.
    shortfall
        That of the whole book, as a return (negative).
    """
    return 1.0 if -shortfall <= limit else limit / -shortfall
