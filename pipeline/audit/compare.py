"""Two versions of what a stage publishes, held against each other to the last bit."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

WORDS = {
    "truncated": "changes from {published} to {found} when all that was not public at {cut} is "
    "cut off",
    "scrambled": "changes from {published} to {found} when all that was not public at {cut} is "
    "replaced by garbage",
    "ended": "is {published}, but made again from the sessions that it says it needs, up to {cut} "
    "and none later, it is {found}",
    "spliced": "changes from {published} to {found} when the session after {cut} is left out",
    "refit": "is {published}, but fitted again on what was known by {cut} alone it is {found}",
    "rebuilt": "is {published}, but made again from the raw rows it is {found}",
    "rescored": "is {published}, but scored again from the published files alone it is {found}",
    "remade": "is {published}, but made again from the published tables alone it is {found}",
    "outside": "depends on something outside its arguments: {found}",
    "stored": "is not as its source and publisher have it: {found}",
    "purge": "rests on {found}, but nothing after {cut} may be used",
}
"""How a difference shows, by what was done differently."""


@dataclass(frozen=True)
class Leak:
    """One column that looked ahead, at the first session where it shows.

    Attributes
    ----------
    stage
        ``panel``, ``features``, ``states``, ``scenarios`` or ``outlook``; the name of a stored
        series; or a file of scores.
    column
        Name of the feature, or of the column of that stage.
    session
        First session whose published value changed, ``YYYY-MM-DD``.
    cut
        Session after which the future was another, ``YYYY-MM-DD``; for a broken purge the last
        session that might have been used.
    how
        What was done differently: a key of `WORDS`.
    published, found
        The two values, or for a broken purge the session that was used.
    """

    stage: str
    column: str
    session: str
    cut: str
    how: str
    published: str
    found: str

    def __str__(self) -> str:
        """Tell it in one clause."""
        of = f" of {self.session}" if self.session else ""
        return f"{self._subject()}{of} {WORDS[self.how].format(**vars(self))}"

    def _subject(self) -> str:
        if self.stage == "features" and self.column:
            return f"feature {self.column}"
        return f"{self.stage} column {self.column}" if self.column else self.stage


@dataclass(frozen=True)
class Comparison:
    """What was compared of one stage at one cut, and the columns that differ.

    Attributes
    ----------
    sessions
        Of the rows compared; empty for what has none.
    values
        How many values were compared; of a file of scores, how many it has.
    own
        Whether nothing later than its own session had been handed to any row.
    without
        Of a file of scores: the places in it below which nothing was made again.
    """

    stage: str
    cut: str
    how: str
    sessions: pd.DatetimeIndex
    columns: tuple[str, ...]
    values: int
    own: bool
    leaks: tuple[Leak, ...]
    without: tuple[str, ...] = ()


def compare(  # noqa: PLR0913 - a comparison is of all these
    stage: str,
    published: pd.DataFrame,
    found: pd.DataFrame,
    cut: pd.Timestamp,
    how: str,
    *,
    own: bool = False,
) -> Comparison:
    """Hold every value against its recomputation.

    Parameters
    ----------
    stage
        Name of the stage.
    published
        One row a session up to the cut, any columns.
    found
        The recomputation; a session or column that it lacks counts as missing there.
    cut
        Session after which the future was another.
    how
        Which other future.
    own
        As in `Comparison`.
    """
    aligned = found.reindex(index=published.index)
    leaks = [
        _leak(stage, name, published[name], _column(aligned, name), where, cut, how)
        for name in published.columns
        if (where := different(published[name], _column(aligned, name))).any()
    ]
    return Comparison(
        stage=stage,
        cut=day(cut),
        how=how,
        sessions=pd.DatetimeIndex(published.index),
        columns=tuple(map(str, published.columns)),
        values=int(published.notna().to_numpy().sum()),
        own=own,
        leaks=tuple(leaks),
    )


def different(left: pd.Series, right: pd.Series) -> NDArray[np.bool_]:
    """Where two columns differ in any bit, shape (n,); missing equals missing."""
    missing = left.isna().to_numpy(), right.isna().to_numpy()
    if left.dtype.kind == right.dtype.kind == "f":
        same = _bits(left) == _bits(right)
    else:
        same = np.asarray(left.astype(object) == right.astype(object), dtype=bool)
    return ~((same & ~missing[0] & ~missing[1]) | (missing[0] & missing[1]))


def _bits(values: pd.Series) -> NDArray[np.int64]:
    return np.ascontiguousarray(values.to_numpy(dtype=np.float64)).view(np.int64)


def _column(frame: pd.DataFrame, name: Hashable) -> pd.Series:
    return frame[name] if name in frame else pd.Series(np.nan, index=frame.index)


def _leak(  # noqa: PLR0913 - a finding is all of these
    stage: str,
    name: Hashable,
    published: pd.Series,
    found: pd.Series,
    where: NDArray[np.bool_],
    cut: pd.Timestamp,
    how: str,
) -> Leak:
    first = int(where.argmax())
    return Leak(
        stage=stage,
        column=str(name),
        session=day(published.index[first]),
        cut=day(cut),
        how=how,
        published=_shown(published.iloc[first]),
        found=_shown(found.iloc[first]),
    )


def _shown(value: Any) -> str:
    if pd.isna(value):
        return "missing"
    return repr(float(value)) if isinstance(value, float) else str(value)


def day(session: pd.Timestamp) -> str:
    """Write a session as ``YYYY-MM-DD``."""
    return f"{session:%Y-%m-%d}"
