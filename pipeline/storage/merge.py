"""Joining what was just fetched to what is stored: nothing stored is lost, every change is told."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.base.errors import SchemaError

_OTHER_UNIT = 1.5
"""Typical ratio of new to stored values of the same dates from which the unit must differ. Honest
revisions are far smaller; a change of unit or of one-sided to two-sided counting is larger."""
_LEAST = 3
"""Common dates from which that is judged."""


@dataclass(frozen=True)
class Change:
    """What a fetch did to a stored series.

    Attributes
    ----------
    added
        Rows with a new time stamp.
    revised
        Rows whose value changed by more than the tolerance; both values are kept.
    largest
        Largest revision, relative to the stored value.
    withdrawn
        Stored rows that the provider no longer sends, inside the span that it sent; kept.
    """

    added: int = 0
    revised: int = 0
    largest: float = 0.0
    withdrawn: int = 0

    def __add__(self, other: "Change") -> "Change":
        """What two pages did together."""
        return Change(
            self.added + other.added,
            self.revised + other.revised,
            max(self.largest, other.largest),
            self.withdrawn + other.withdrawn,
        )


def newest(stored: pd.DataFrame, clock: str) -> pd.DataFrame:
    """The newest value of each time stamp: rows are stored in the order of their fetches."""
    return stored.drop_duplicates(clock, keep="last").reset_index(drop=True)


def merged(
    stored: pd.DataFrame, page: pd.DataFrame, clock: str, tolerance: float
) -> tuple[pd.DataFrame, Change]:
    """Stored rows with a page's new and revised rows behind them, sorted by time stamp.

    Parameters
    ----------
    stored
        Rows as stored, all values that a time stamp ever had, in the order of their fetches.
    page
        Fetched rows with ``fetched_at``, sorted, each time stamp once.
    """
    known = newest(stored, clock).set_index(clock)
    fresh = page.set_index(clock)
    common = fresh.index.intersection(known.index)
    moved = _relative(known.loc[common], fresh.loc[common])
    revised = moved.index[moved > tolerance]
    added = fresh.index.difference(known.index)
    inside = known.index[(known.index >= fresh.index[0]) & (known.index <= fresh.index[-1])]
    rows = pd.concat([stored, page[page[clock].isin(added.union(revised))]], ignore_index=True)
    change = Change(
        added=len(added),
        revised=len(revised),
        largest=float(moved.max()) if len(moved) else 0.0,
        withdrawn=len(inside.difference(fresh.index)),
    )
    return rows.sort_values(clock, kind="stable", ignore_index=True), change


def refuse_other_unit(known: pd.DataFrame, page: pd.DataFrame, clock: str, where: str) -> None:
    """Stop before values of another unit are joined to what is stored.

    Raises
    ------
    SchemaError
        When values of the same dates typically differ by half or more.
    """
    column = _numbers(page)[0]
    pairs = known.set_index(clock)[[column]].join(page.set_index(clock)[column].rename("new"))
    pairs = pairs[(pairs[column] > 0) & (pairs["new"] > 0)]
    if len(pairs) < _LEAST:
        return
    ratio = float(np.exp(np.median(np.log(pairs["new"] / pairs[column]))))
    if not 1 / _OTHER_UNIT < ratio < _OTHER_UNIT:
        when = pairs.index[-1]
        raise SchemaError(
            f"{where} sent values that are {ratio:.3g} times those stored for the same dates "
            f"({pairs['new'].iloc[-1]:g} against {pairs[column].iloc[-1]:g} on "
            f"{when:%Y-%m-%d}): its unit has changed; nothing of it was stored"
        )


def chained(stored: pd.DataFrame, whole: pd.DataFrame, clock: str) -> pd.DataFrame:
    """A restated history, with what it no longer reaches kept in front of it, rescaled to join.

    Adjusted prices are restated by each dividend and split, so only their returns last: rows older
    than the new history are multiplied by the ratio at its first date that is stored too.
    """
    known = newest(stored, clock)
    common = whole[clock][whole[clock].isin(known[clock])]
    older = known[known[clock] < whole[clock].iloc[0]]
    if older.empty or common.empty:
        return whole
    joint = common.iloc[0]
    column = _numbers(whole)[0]
    ratio = whole.set_index(clock)[column][joint] / known.set_index(clock)[column][joint]
    return pd.concat([older.assign(**{column: older[column] * ratio}), whole], ignore_index=True)


def _numbers(frame: pd.DataFrame) -> list[str]:
    """Columns that are compared, the one that matters first: a bar's close."""
    names = [str(name) for name in frame.select_dtypes("number").columns]
    return sorted(names, key=lambda name: name != "close")


def _relative(before: pd.DataFrame, after: pd.DataFrame) -> pd.Series:
    """Largest change of a row's numbers, relative to their size; where both are known."""
    columns = [name for name in _numbers(after) if name in before]
    old, new = before[columns].astype(float), after[columns].astype(float)
    size = old.abs().where(old.abs() > new.abs(), new.abs())
    return ((new - old).abs() / size.where(size > 0)).max(axis=1).fillna(0.0)
