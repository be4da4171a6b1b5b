"""The purge, checked from the published files alone: no fit knew what its forecasts ask about."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from models.scenarios import Window
from pipeline.audit.compare import Leak
from pipeline.params import Params


def purge_leaks(
    scenarios: pd.DataFrame, states: pd.DataFrame, outlook: pd.DataFrame, settings: Params
) -> list[Leak]:
    """Broken rules of the three files; none when all is well.

    Parameters
    ----------
    scenarios, outlook
        As stored: one row a session and window, or a session, window and model.
    states
        By session.
    settings
        Windows, refit schedule and embargo.
    """
    sessions = pd.DatetimeIndex(states.index).union(pd.DatetimeIndex(scenarios["session"].unique()))
    sessions = sessions.union(pd.DatetimeIndex(outlook["session"].unique()))
    found = list(_states(states, sessions))
    for window in settings.scenarios.window_list():
        labels = scenarios[scenarios["window"] == window.name]
        forecasts = outlook[outlook["window"] == window.name]
        found += _labels(labels, window, sessions)
        found += _folds(forecasts, window, sessions, settings)
    return found


def _states(states: pd.DataFrame, sessions: pd.DatetimeIndex) -> Iterator[Leak]:
    """A state's fit ends before the session that it is published for."""
    own = sessions.get_indexer(pd.DatetimeIndex(states.index))
    used = sessions.searchsorted(pd.DatetimeIndex(states["fit_end"]))
    yield from _first("states", "fit_end", own, own - 1, used, sessions)


def _labels(labels: pd.DataFrame, window: Window, sessions: pd.DatetimeIndex) -> Iterator[Leak]:
    """``label_end`` is the window's last session; an earlier one would slip through."""
    own = sessions.get_indexer(pd.DatetimeIndex(labels["session"]))
    told = sessions.searchsorted(pd.DatetimeIndex(labels["label_end"]))
    yield from _first(
        "scenarios", f"{window.name}.label_end", own, told, own + window.ahead, sessions
    )


def _folds(
    forecasts: pd.DataFrame, window: Window, sessions: pd.DatetimeIndex, settings: Params
) -> Iterator[Leak]:
    """Every label that a fold learnt from ended more than the embargo before its first session."""
    schedule = settings.walk_forward
    embargo = schedule.embargo(window)
    tested = pd.DatetimeIndex(np.sort(forecasts["session"].unique()))
    place = tested.get_indexer(pd.DatetimeIndex(forecasts["session"]))
    starts = sessions.get_indexer(tested[place - place % schedule.refit_every])
    used = sessions.searchsorted(pd.DatetimeIndex(forecasts["fit_end"]))
    own = sessions.get_indexer(pd.DatetimeIndex(forecasts["session"]))
    column = f"{window.name}.fit_end"
    yield from _first("outlook", column, own, starts - embargo - 1, used, sessions)


def _first(  # noqa: PLR0913 - a finding is all of these
    stage: str,
    column: str,
    own: np.ndarray,
    allowed: np.ndarray,
    used: np.ndarray,
    sessions: pd.DatetimeIndex,
) -> Iterator[Leak]:
    """The earliest session that rests on a later one than allowed; positions, shape (rows,)."""
    broken = np.flatnonzero(used > allowed)
    if len(broken):
        row = broken[own[broken].argmin()]
        session, cut, found = (_day(sessions, at[row]) for at in (own, allowed, used))
        yield Leak(stage, column, session, cut, "purge", published=cut, found=found)


def _day(sessions: pd.DatetimeIndex, position: int) -> str:
    return f"{sessions[min(max(position, 0), len(sessions) - 1)]:%Y-%m-%d}"
