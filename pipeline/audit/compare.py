"""Two versions of what a stage publishes, held against each other to the last bit."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True)
class Leak:
    """One column that looked ahead, at the first session where it shows.

    Attributes
    ----------
    stage
        ``panel``, ``features``, ``states``, ``scenarios`` or ``outlook``.
    column
        Name of the feature, or of the column of that stage.
    session
        First session whose published value changed, ``YYYY-MM-DD``.
    cut
        Session after which the future was another, ``YYYY-MM-DD``; for a broken purge the last
        session that might have been used.
    how
        ``truncated``, ``scrambled`` or ``purge``.
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
        subject = f"{self.stage} column {self.column}"
        if self.stage == "features":
            subject = f"feature {self.column}"
        if self.how == "purge":
            return (
                f"{subject} of {self.session} rests on {self.found}, but nothing after "
                f"{self.cut} may be used"
            )
        future = "cut off" if self.how == "truncated" else "replaced by garbage"
        return (
            f"{subject} of {self.session} changes from {self.published} to {self.found} when all "
            f"that was not public at {self.cut} is {future}"
        )


@dataclass(frozen=True)
class Comparison:
    """What was compared of one stage at one cut, and the columns that differ."""

    stage: str
    cut: str
    how: str
    sessions: int
    columns: tuple[str, ...]
    values: int
    leaks: tuple[Leak, ...]


def compare(
    stage: str, published: pd.DataFrame, found: pd.DataFrame, cut: pd.Timestamp, how: str
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
    """
    aligned = found.reindex(index=published.index)
    leaks = [
        _leak(stage, name, published[name], _column(aligned, name), where, cut, how)
        for name in published.columns
        if (where := different(published[name], _column(aligned, name))).any()
    ]
    return Comparison(
        stage=stage,
        cut=_day(cut),
        how=how,
        sessions=len(published),
        columns=tuple(map(str, published.columns)),
        values=int(published.notna().to_numpy().sum()),
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
        session=_day(published.index[first]),
        cut=_day(cut),
        how=how,
        published=_shown(published.iloc[first]),
        found=_shown(found.iloc[first]),
    )


def _shown(value: Any) -> str:
    if pd.isna(value):
        return "missing"
    return repr(float(value)) if isinstance(value, float) else str(value)


def _day(session: pd.Timestamp) -> str:
    return f"{session:%Y-%m-%d}"
