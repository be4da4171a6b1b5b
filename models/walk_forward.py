"""Expanding walk-forward: what a model may have learned from before it is asked."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Positions = NDArray[np.int64]
"""Places in the session index, counted from 0."""

NOT_KNOWN = np.iinfo(np.int64).max
"""Label-end position of a session without a label: later than any session."""


@dataclass(frozen=True, eq=False)
class Fold:
    """One refit and the sessions it is asked about.

    Attributes
    ----------
    number
        0 for the first refit; kept in results so that each forecast names its fit.
    train
        Positions of the rows that the refit may see, increasing.
    test
        Positions of the rows it forecasts, increasing and all after ``train``.
    fit_end
        Latest session that any training label depends on; always before the first test session.
    """

    number: int
    train: Positions
    test: Positions
    fit_end: pd.Timestamp

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle as runs of neighbours: a fold on its way to a worker is small at any length."""
        return _unpacked, (self.number, _runs(self.train), _runs(self.test), self.fit_end)


def expanding_folds(  # noqa: PLR0913 - a schedule is these knobs, each named at the call
    sessions: pd.DatetimeIndex,
    label_end: pd.Series,
    *,
    first_test: date | str,
    last_test: date | str | None = None,
    refit_every: int = 21,
    embargo: int,
    min_train: int = 252,
) -> list[Fold]:
    """Cut a span of sessions into refits, each trained on everything old enough.

    The schedule is anchored at ``first_test``: a session added at the end extends the last fold
    or opens a new one, and never changes a fold before it.

    Parameters
    ----------
    sessions
        Every session, increasing and unique.
    label_end
        Indexed by session: the last session its label depends on. A session that is absent or
        NaT is not labelled, and never trains; it is tested all the same (its score comes later).
    first_test, last_test
        First and last day of the forecasts; they need not be sessions. ``last_test`` None goes to
        the end. Whoever picks a model by its scores on this span has spent it: keep a later one.
    refit_every
        Sessions that one fit serves. 1 assumes a desk that retrains each evening; 21 that it
        does so monthly and lives with a fit up to 21 sessions old. No value leaks; a smaller one
        trains on outcomes that lie closer to the forecast.
    embargo
        Sessions that must lie strictly between a training label's end and the first test
        session. 0 only purges: the label is known at the forecast, which assumes that it was
        known the moment its window closed, and the freshest outcome still adjoins the one that
        is asked. For a window ``(t - back, t + ahead]`` anything below ``back - 1`` leaks: the
        training outcomes contain sessions of the tested one. One window length is always enough
        for that, and is what the project uses. Without the purge itself, ``ahead`` sessions of
        the tested window would be in the training labels.
    min_train
        Fewest training rows of the first refit. Too small a number does not leak, it only makes
        the first forecasts those of a model that has seen next to nothing.

    Returns
    -------
    list of Fold
        In order of time; their test rows are all sessions from ``first_test`` to ``last_test``,
        each once.

    Raises
    ------
    ValueError
        When a knob is out of range, the span holds no session, a label ends before its own
        session, or the first refit has too few rows.

    References
    ----------
    Lopez de Prado (2018), *Advances in Financial Machine Learning*, section 7.4, on purging and
    embargo.
    """
    _check_knobs(sessions, refit_every, embargo)
    begin, end = _span(sessions, first_test, last_test)
    ends = label_end_positions(sessions, label_end)
    folds = [
        _fold(number, sessions, ends, np.arange(start, min(start + refit_every, end)), embargo)
        for number, start in enumerate(range(begin, end, refit_every))
    ]
    found = len(folds[0].train)
    if found < max(min_train, 1):
        raise ValueError(
            f"the refit at {sessions[begin]:%Y-%m-%d} has {found} training rows and min_train asks "
            f"for {max(min_train, 1)}; start first_test later or bring more history"
        )
    return folds


def final_fold(sessions: pd.DatetimeIndex, label_end: pd.Series, *, embargo: int) -> Fold:
    """Return the refit that scores the last session and those after it.

    It is the one that a walk-forward would make on the last session; see ``expanding_folds`` for
    the parameters and errors.
    """
    return expanding_folds(
        sessions, label_end, first_test=sessions[-1], embargo=embargo, min_train=1
    )[0]


def label_end_positions(sessions: pd.DatetimeIndex, label_end: pd.Series) -> Positions:
    """Where each session's label ends, as a position; ``NOT_KNOWN`` without a label.

    Parameters
    ----------
    sessions
        Shape (n,), increasing.
    label_end
        Indexed by session; an end that lies between two sessions counts as the later one, an end
        after the last as not yet known.

    Raises
    ------
    ValueError
        When a label ends before its own session.
    """
    ends = pd.DatetimeIndex(label_end.reindex(sessions))
    known = np.asarray(ends.notna())
    early = known & (ends < sessions)
    if early.any():
        raise ValueError(
            f"the label of {sessions[early][0]:%Y-%m-%d} ends on {ends[early][0]:%Y-%m-%d}, before "
            "its own session; label_end must be the last session that the label depends on"
        )
    positions = np.full(len(sessions), NOT_KNOWN, dtype=np.int64)
    positions[known] = sessions.searchsorted(ends[known])
    positions[positions == len(sessions)] = NOT_KNOWN
    return positions


def old_enough(label_ends: Positions, position: int | Positions, embargo: int) -> NDArray[np.bool_]:
    """Which rows may inform a decision at ``position``: their label ended over ``embargo`` before.

    The one rule of purging, for fits, tuning, early stopping and calibration alike.

    Parameters
    ----------
    label_ends
        From ``label_end_positions``.
    position
        Position of the first session that is decided on; of several where they broadcast.
    embargo
        As in ``expanding_folds``.
    """
    return label_ends < position - embargo


def rows_apart(frame: pd.DataFrame, positions: Positions) -> pd.DataFrame:
    """Rows as a frame of their own: no other row can be reached through its memory.

    A slice would share its parent's arrays, and with them every later row: whatever is fitted gets
    its rows from here.

    Parameters
    ----------
    frame
        One row a session.
    positions
        Rows to take, increasing.
    """
    taken = frame.take(positions)
    # Taking every row shares memory, and a copy of a frame still shares its index's.
    apart = taken.copy() if len(taken) == len(frame) else taken
    return apart.set_axis(apart.index.copy(deep=True))


def _unpacked(number: int, train: Positions, test: Positions, fit_end: pd.Timestamp) -> Fold:
    """The fold that `Fold.__reduce__` took apart."""
    return Fold(number, _positions(train), _positions(test), fit_end)


def _runs(positions: Positions) -> Positions:
    """First and last of each run of neighbours, shape (runs, 2)."""
    first = np.diff(positions, prepend=positions[:1] - 2) != 1
    last = np.diff(positions, append=positions[-1:] + 2) != 1
    return np.stack([positions[first], positions[last]], axis=1)


def _positions(runs: Positions) -> Positions:
    return np.concatenate([np.arange(0), *(np.arange(first, last + 1) for first, last in runs)])


def _fold(
    number: int, sessions: pd.DatetimeIndex, ends: Positions, test: Positions, embargo: int
) -> Fold:
    train = np.flatnonzero(old_enough(ends, int(test[0]), embargo))
    last = ends[train].max(initial=0)
    return Fold(number, train, test, fit_end=sessions[last])


def _span(
    sessions: pd.DatetimeIndex, first_test: date | str, last_test: date | str | None
) -> tuple[int, int]:
    begin = int(sessions.searchsorted(pd.Timestamp(first_test)))
    last = sessions[-1] if last_test is None else pd.Timestamp(last_test)
    end = int(sessions.searchsorted(last, side="right"))
    if begin >= end:
        raise ValueError(
            f"no session from first_test {pd.Timestamp(first_test):%Y-%m-%d} to {last:%Y-%m-%d}; "
            f"the sessions run from {sessions[0]:%Y-%m-%d} to {sessions[-1]:%Y-%m-%d}"
        )
    return begin, end


def _check_knobs(sessions: pd.DatetimeIndex, refit_every: int, embargo: int) -> None:
    if not (len(sessions) and sessions.is_monotonic_increasing and sessions.is_unique):
        raise ValueError(
            f"sessions must be increasing, unique and not empty; got {len(sessions)} of them"
        )
    if refit_every < 1 or embargo < 0:
        raise ValueError(
            f"refit_every must be at least 1 and embargo at least 0; got {refit_every}, {embargo}"
        )
