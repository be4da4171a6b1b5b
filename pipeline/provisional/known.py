"""What a model reads between sessions: the last session, with crypto brought up to a moment."""

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from features.registry import Feature, select
from models.states.inputs import STATE
from pipeline.aligning.clock import Clock
from pipeline.aligning.panel import build_round_the_clock
from pipeline.catalogue import JOINS
from pipeline.provisional.rows import ROUND_THE_CLOCK, Rows
from pipeline.scoring.model import Model
from pipeline.scoring.snapshot import Snapshot
from pipeline.scoring.whatif import refiltered
from pipeline.series.calendar import decision_time, next_session

_TIMED = {series.name for series in ROUND_THE_CLOCK}
_CONTINUOUS = _TIMED | {join.name for join in JOINS if _TIMED.issuperset(join.members)}
"""Series and joined series of the market that never closes."""

_WHOLE = pd.Timedelta("1D")
"""Span since the decision from which it is a row of its own. A shorter one would be held against
whole days, and look calm for being short."""


def known_at(
    model: Model, snapshot: Snapshot, rows: Rows, moment: pd.Timestamp
) -> tuple[Snapshot, pd.DataFrame]:
    """The snapshot brought up to a moment, and what `Model.latest` would give of it.

    Features of the market that never closes alone are those of the next session's row as far as it
    has come, once that is a day long; where it lacks something still, and for all other features,
    the last session's row counts, with that market's series up to the moment.

    Parameters
    ----------
    rows
        Round-the-clock rows known at the moment (`pipeline.provisional.rows.rows_at`).
    moment
        UTC instant before the next session's decision.
    """
    moved = brought_up(model, snapshot, rows, moment)
    latest = model.latest(moved.panel, moved.published)
    if moment - decision_time(snapshot.session) >= _WHOLE:
        read = [str(name) for name in latest.columns if not str(name).startswith(STATE)]
        own = [each.name for each in select(read) if _is_continuous(each)]
        values = _so_far(model, snapshot, rows, moment, own).dropna()
        latest.loc[latest.index[-1], values.index] = values
    return moved, latest


def brought_up(model: Model, snapshot: Snapshot, rows: Rows, moment: pd.Timestamp) -> Snapshot:
    """The snapshot, its last row holding the round-the-clock series up to a moment.

    The row stays the last session's: what trades on the exchange has not moved, so every window
    keeps its sessions, and a move since the close counts as part of the last session's.
    """
    index = pd.DatetimeIndex(snapshot.panel.index)
    fresh = build_round_the_clock(rows, Clock(index, moment))
    panel = snapshot.panel.copy()
    shared = [name for name in panel.columns if name in fresh]
    panel.loc[index[-1], shared] = fresh.loc[index[-1], shared]
    moved = replace(snapshot, panel=panel)
    dimensions = model.states.fit.dimensions
    known, now = (model.values(each.panel, dimensions, 1) for each in (snapshot, moved))
    return moved if known.equals(now) else refiltered(model, moved)


def _so_far(
    model: Model, snapshot: Snapshot, rows: Rows, moment: pd.Timestamp, names: Iterable[str]
) -> pd.Series:
    """Features of the round-the-clock series alone at the next session, as far as it has come."""
    index = pd.DatetimeIndex(snapshot.panel.index)
    index = pd.DatetimeIndex([*index, next_session(index[-1])], name=index.name)
    fresh = build_round_the_clock(rows, Clock(index, moment))
    shared = [name for name in snapshot.panel.columns if name in fresh]
    panel = pd.concat([snapshot.panel[shared], fresh[shared].tail(1)])
    return model.values(panel, names, 1).iloc[-1]


def _is_continuous(feature: Feature) -> bool:
    return all(name.partition(".")[0] in _CONTINUOUS for name in feature.inputs)
