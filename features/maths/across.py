"""Computations across columns at one session, in an order that the number of columns alone decides.

numpy and pandas choose the order of a sum by memory layout and by the number of rows, so one
session alone can differ in its last bits from the same session among twenty years.
"""

from collections.abc import Iterable
from functools import reduce

import numpy as np
import pandas as pd

from features.maths.trailing import Array, ratio, root, same_labels


def halved_sum(array: Array) -> Array:
    """Sum over the last axis by adding its second half to its first until one is left."""
    while array.shape[-1] > 1:
        half = (array.shape[-1] + 1) // 2
        folded = array[..., :half].copy(order="K")
        folded[..., : array.shape[-1] - half] += array[..., half:]
        array = folded
    return array.sum(axis=-1)


def row_count(table: pd.DataFrame) -> pd.Series:
    """Number of values present in each row."""
    present = ~np.isnan(table.to_numpy(dtype=float))
    return pd.Series(present.sum(axis=1).astype(float), index=table.index)


def row_total(table: pd.DataFrame) -> pd.Series:
    """Sum of the values present in each row; 0 where there are none."""
    filled = np.nan_to_num(table.to_numpy(dtype=float))
    return pd.Series(halved_sum(filled), index=table.index)


def row_mean(table: pd.DataFrame, min_count: int = 1) -> pd.Series:
    """Mean of the values present in each row; NaN where fewer than ``min_count`` are."""
    count = row_count(table)
    return ratio(row_total(table), count.where(count >= max(min_count, 1)))


def row_std(table: pd.DataFrame, min_count: int = 2) -> pd.Series:
    """Sample standard deviation of the values present in each row."""
    count = row_count(table)
    centred = table.sub(row_mean(table), axis=0)
    variance = row_total(centred * centred) / (count - 1.0).where(count >= max(min_count, 2))
    return root(variance)


def first_known(choices: Iterable[pd.Series]) -> pd.Series:
    """First value that is not missing at each session, in the order of ``choices``."""
    return reduce(lambda known, other: known.where(known.notna(), other), choices)


def within(table: pd.DataFrame, group: pd.DataFrame) -> pd.DataFrame:
    """Values of ``table`` for the columns that are in ``group`` (1 or 0) at that session."""
    same_labels("session", table.index, group.index)
    inside = group.reindex(columns=table.columns).to_numpy(dtype=float) == 1.0
    return table.where(inside)
