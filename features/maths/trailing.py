"""Trailing computations whose value at a session depends on its own window alone, to the last bit.

pandas' rolling sums carry rounding from row to row, so the same window gives other last bits when
the history before it is cut. Here each window is joined from halves of halves in an order that its
length alone decides: the last session computed from its tail equals the same session computed from
twenty years, in a number of passes that grows with the logarithm of the window.

Every function takes and returns a Series (or a DataFrame, column by column) on the same index, and
works on its numbers alone, because pandas' alignment would cost one session more than its sums; two
that do not stand on the same sessions are refused. A value is NaN while fewer than ``min_count``
of the window's values exist. The default is four fifths of the window, so that a hole costs its own
session and not the year after it; a sum needs all.
"""

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.errors import FeatureError

Data = TypeVar("Data", pd.Series, pd.DataFrame)
Array = NDArray[np.float64]
Block = tuple[Array, ...]
"""Statistics of a stretch of sessions, at the stretch's last session."""

SESSIONS_PER_YEAR = 252


def log(values: Data) -> Data:
    """Natural logarithm; NaN where the value is not positive."""
    array = values.to_numpy(dtype=float)
    return _like(values, np.log(np.where(array > 0, array, np.nan)))


def root(values: Data) -> Data:
    """Square root."""
    return _like(values, np.sqrt(values.to_numpy(dtype=float)))


def change(values: Data, sessions: int) -> Data:
    """Value minus the value ``sessions`` before."""
    array = values.to_numpy(dtype=float)
    moved = np.full_like(array, np.nan)
    moved[sessions:] = array[sessions:] - array[: max(len(array) - sessions, 0)]
    return _like(values, moved)


def log_change(values: Data, sessions: int) -> Data:
    """Logarithm of the value over that ``sessions`` before; NaN where one is not positive."""
    return change(log(values), sessions)


def ratio(numerator: Data, denominator: Data) -> Data:
    """Quotient that is NaN, never infinite, where the denominator is zero."""
    same_place(numerator, denominator)
    divisor = denominator.to_numpy(dtype=float)
    divided = numerator.to_numpy(dtype=float) / np.where(divisor != 0, divisor, np.nan)
    return _like(numerator, divided)


def log_ratio(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """Logarithm of a quotient; NaN where either part is not positive."""
    return log(numerator) - log(denominator)


def total(values: Data, sessions: int, min_count: int | None = None) -> Data:
    """Sum over the last ``sessions``."""
    sums, counts = _sums(values, sessions)
    needed = sessions if min_count is None else min_count
    return _like(values, _enough(sums, counts, sessions, needed))


def mean(values: Data, sessions: int, min_count: int | None = None) -> Data:
    """Arithmetic mean over the last ``sessions``."""
    sums, counts = _sums(values, sessions)
    return _like(values, _enough(sums, counts, sessions, min_count) / np.maximum(counts, 1.0))


def std(values: Data, sessions: int, min_count: int | None = None) -> Data:
    """Sample standard deviation (n - 1) over the last ``sessions``."""
    return root(covariance(values, values, sessions, min_count))


def covariance(left: Data, right: Data, sessions: int, min_count: int | None = None) -> Data:
    """Sample covariance (n - 1) over the last ``sessions`` pairs.

    Halves are joined by the update of Chan, Golub & LeVeque (1979), which does not cancel as the
    textbook difference of sums of squares does.
    """
    same_place(left, right)
    pairs = left.to_numpy(dtype=float), right.to_numpy(dtype=float)
    present = ~(np.isnan(pairs[0]) | np.isnan(pairs[1]))
    start = (
        present.astype(float),
        np.where(present, pairs[0], 0.0),
        np.where(present, pairs[1], 0.0),
        np.zeros(present.shape),
    )
    counts, _left, _right, products = _joined(start, sessions, _join_products)
    spread = _enough(products, counts, sessions, min_count) / np.maximum(counts - 1.0, 1.0)
    return _like(left, np.where(counts > 1, spread, np.nan))


def correlation(
    left: pd.Series, right: pd.Series, sessions: int, min_count: int | None = None
) -> pd.Series:
    """Pearson correlation over the last ``sessions`` pairs; NaN where either side stands still."""
    left, right = _paired(left, right)
    spread = std(left, sessions, min_count) * std(right, sessions, min_count)
    return ratio(covariance(left, right, sessions, min_count), spread).clip(-1.0, 1.0)


def beta(
    left: pd.Series, right: pd.Series, sessions: int, min_count: int | None = None
) -> pd.Series:
    """Least-squares slope of ``left`` on ``right`` over the last ``sessions`` pairs."""
    left, right = _paired(left, right)
    both = covariance(left, right, sessions, min_count)
    return ratio(both, covariance(right, right, sessions, min_count))


def zscore(values: Data, sessions: int, min_count: int | None = None) -> Data:
    """Value minus its trailing mean, over its trailing standard deviation, the value included."""
    return ratio(values - mean(values, sessions, min_count), std(values, sessions, min_count))


def rms(values: Data, sessions: int) -> Data:
    """Root mean square over the last ``sessions``: a volatility without its mean."""
    return root(mean(values * values, sessions))


def realised_volatility(returns: pd.Series, sessions: int) -> pd.Series:
    """Annualised root mean square of daily log returns, as a fraction.

    Realised variance is the sum of squared returns, the mean taken as zero (Andersen, Bollerslev,
    Diebold & Labys 2003).
    """
    return rms(returns, sessions) * SESSIONS_PER_YEAR**0.5


def scaled_change(levels: pd.Series, sessions: int) -> pd.Series:
    """Change over ``sessions`` in standard deviations of such changes.

    The scale is the trailing standard deviation of a year's daily changes times the square root of
    ``sessions``; it needs a year and a session more.
    """
    scale = std(change(levels, 1), SESSIONS_PER_YEAR) * sessions**0.5
    return ratio(change(levels, sessions), scale)


def ewma(values: Data, half_life: float, sessions: int, min_count: int = 1) -> Data:
    """Exponentially weighted mean, cut after ``sessions`` and normalised by the weights present."""
    decay = 0.5 ** (1.0 / half_life)
    sums, weights = _sums(values, sessions, decay)
    _plain, counts = _sums(values, sessions)
    present = _enough(sums, counts, sessions, min_count)
    return _like(values, present / np.where(weights > 0, weights, np.nan))


def highest(values: Data, sessions: int, min_count: int | None = None) -> Data:
    """Maximum over the last ``sessions``."""
    return values.rolling(sessions, min_periods=_min_count(sessions, min_count)).max()


def lowest(values: Data, sessions: int, min_count: int | None = None) -> Data:
    """Minimum over the last ``sessions``."""
    return values.rolling(sessions, min_periods=_min_count(sessions, min_count)).min()


def drawdown(prices: pd.Series, sessions: int, min_count: int | None = None) -> pd.Series:
    """Price over its highest of the last ``sessions``, minus one: 0 at the high, negative below."""
    return ratio(prices, highest(prices, sessions, min_count)) - 1.0


def expanding_mean(values: pd.Series) -> pd.Series:
    """Mean of all values so far, once there is a year of them."""
    return values.expanding(SESSIONS_PER_YEAR).mean()


def streak(condition: pd.Series, sessions: int) -> pd.Series:
    """Consecutive sessions, at most ``sessions``, that ``condition`` (True or False) has held."""
    position = pd.Series(np.arange(len(condition), dtype=float), index=condition.index)
    broken = position.where(~condition.astype(bool)).ffill().fillna(-1.0)
    return (position - broken).clip(upper=float(sessions))


def same_place(left: pd.Series | pd.DataFrame, right: pd.Series | pd.DataFrame) -> None:
    """Refuse two whose numbers, joined place by place, would be of other sessions or columns.

    Labels are compared, nothing is realigned; indexes that are one cost next to nothing.

    Raises
    ------
    FeatureError
        As `same_labels`.
    """
    for axis, ours, theirs in zip(("session", "column"), left.axes, right.axes, strict=False):
        same_labels(axis, ours, theirs)


def same_labels(axis: str, ours: pd.Index, theirs: pd.Index) -> None:
    """Refuse labels of an axis (``session`` or ``column``) that are not the same, in order.

    Raises
    ------
    FeatureError
        When they are not.
    """
    if not ours.equals(theirs):
        raise FeatureError(
            f"values of {len(ours)} {axis}s ({_ends(ours)}) cannot be joined place by place with "
            f"those of {len(theirs)} ({_ends(theirs)}); give both the same, in the same order"
        )


def _ends(labels: pd.Index) -> str:
    return "none" if labels.empty else f"{labels[0]} to {labels[-1]}"


def _paired(left: pd.Series, right: pd.Series) -> tuple[pd.Series, pd.Series]:
    same_place(left, right)
    both = left.notna() & right.notna()
    return left.where(both), right.where(both)


def _sums(values: Data, sessions: int, decay: float = 1.0) -> tuple[Array, Array]:
    array = values.to_numpy(dtype=float)
    present = ~np.isnan(array)

    def join(newer: Block, older: Block, gap: int) -> Block:
        weight = decay**gap
        return tuple(a + weight * b for a, b in zip(newer, older, strict=True))

    start = (np.where(present, array, 0.0), present.astype(float))
    sums, counts = _joined(start, sessions, join)
    return sums, counts


def _join_products(newer: Block, older: Block, _gap: int) -> Block:
    count, left, right, products = newer
    older_count, older_left, older_right, older_products = older
    counts = count + older_count
    share = older_count / np.maximum(counts, 1.0)
    left_gap, right_gap = older_left - left, older_right - right
    return (
        counts,
        left + left_gap * share,
        right + right_gap * share,
        products + older_products + left_gap * right_gap * (count * share),
    )


def _joined(single: Block, sessions: int, join: Callable[[Block, Block, int], Block]) -> Block:
    """Statistics of every window of ``sessions``, from those of single sessions by doubling.

    ``join(newer, older, gap)`` merges two neighbouring stretches, the newer ``gap`` long.
    Sessions before the first count as missing.
    """
    window: Block | None = None
    covered, size, block = 0, 1, single
    while True:
        if sessions & size:
            part = _moved(block, covered)
            window = part if window is None else join(window, part, covered)
            covered += size
        if covered == sessions and window is not None:
            return window
        block = join(block, _moved(block, size), size)
        size *= 2


def _moved(block: Block, rows: int) -> Block:
    if rows == 0:
        return block
    return tuple(_down(array, rows) for array in block)


def _down(array: Array, rows: int) -> Array:
    moved = np.zeros_like(array)
    moved[rows:] = array[: max(len(array) - rows, 0)]
    return moved


def _enough(values: Array, counts: Array, sessions: int, min_count: int | None) -> Array:
    return np.where(counts >= _min_count(sessions, min_count), values, np.nan)


def _min_count(sessions: int, min_count: int | None) -> int:
    return -(-4 * sessions // 5) if min_count is None else min_count


def _like(values: Data, result: Array) -> Data:
    if isinstance(values, pd.DataFrame):
        return pd.DataFrame(result, index=values.index, columns=values.columns)
    return pd.Series(result, index=values.index)
