"""Correlation matrices of every trailing window at once."""

import numpy as np
import pandas as pd

from features.maths.across import halved_sum
from features.maths.trailing import Array, covariance, std


def correlation_matrices(returns: pd.DataFrame, sessions: int) -> tuple[Array, pd.Series]:
    """Correlations over the last ``sessions``, and how many columns each matrix really has.

    Returns
    -------
    matrices
        Shape (rows, k, k). A column with a gap in the window, or that stood still, is a row and a
        column of zeros.
    present
        Number of other columns, of which the matrix has ones on its diagonal.
    """
    size = returns.shape[1]
    rows, columns = np.triu_indices(size)
    left, right = (
        returns.iloc[:, side].set_axis(range(len(rows)), axis=1) for side in (rows, columns)
    )
    spread = std(returns, sessions, sessions).to_numpy()
    spread = np.where(spread > 0, spread, np.nan)
    pairs = covariance(left, right, sessions, sessions).to_numpy() / (
        spread[:, rows] * spread[:, columns]
    )
    matrices = np.zeros((len(returns), size, size))
    matrices[:, rows, columns] = matrices[:, columns, rows] = np.nan_to_num(pairs)
    present = (~np.isnan(spread)).sum(axis=1).astype(float)
    return matrices, pd.Series(present, index=returns.index)


def quadratic_form(matrices: Array, vectors: Array) -> Array:
    """``x' A x`` for each row: shapes (rows, k, k) and (rows, k) give (rows,)."""
    return halved_sum(halved_sum(matrices * vectors[:, None, :]) * vectors)
