"""A panel that grows by one session after the other, and the features of its last session.

Each feature is made from the sessions that it says it needs, and from no later one, for none is
there. So a value that comes out as published was known by its own session. What a feature says
need not be believed: one that needs more sessions comes out as another value.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from features.maths.composite import series_of
from features.registry import compute_last, registered

ROWS = "rows."
"""Begins the names of frames of later sessions, one a type of number; see `on_their_side`."""


def on_their_side(rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Sessions as columns: a file of a thousand columns takes longer than their features."""
    named = rows.set_axis(pd.DatetimeIndex(rows.index).strftime("%Y-%m-%d"), axis=0)
    return {f"{ROWS}{each}": named.loc[:, rows.dtypes == each].T for each in set(rows.dtypes)}


class GrowingPanel:
    """The last sessions of all columns, and every session of those that running statistics read.

    Parameters
    ----------
    panel
        Sessions so far, at least one.
    settings
        Of the features, and the labels' ``components``.
    """

    def __init__(self, panel: pd.DataFrame, settings: Mapping[str, Any]) -> None:
        every = registered()
        since_start = {name for name, each in every.items() if each.running or not each.window}
        self._settings = settings
        self._since_start = sorted(since_start)
        self._windowed = [name for name in every if name not in since_start]
        self._longest = max((every[name].window or 1 for name in self._windowed), default=1)
        read = {name for each in since_start for name in every[each].inputs}
        roots = {name.partition(".")[0] for name in read | set(series_of(settings["components"]))}
        self._all = panel[[name for name in panel if str(name).partition(".")[0] in roots]]
        self._last = panel.tail(self._longest)

    def add(self, frames: Mapping[str, pd.DataFrame]) -> None:
        """Take in the sessions that follow, if any, as `on_their_side` hands them over."""
        parts = [rows.T for name, rows in frames.items() if name.startswith(ROWS)]
        rows = pd.concat(parts, axis=1)[self._last.columns]
        if rows.empty:
            return
        rows = rows.set_axis(pd.DatetimeIndex(rows.index, name=self._last.index.name), axis=0)
        self._all = pd.concat([self._all, rows[self._all.columns]])
        self._last = pd.concat([self._last, rows]).tail(self._longest)

    def last_features(self) -> pd.DataFrame:
        """Every feature at the last session, shape (1, features)."""
        asked = ((self._last, self._windowed), (self._all, self._since_start))
        made = [
            compute_last(panel, self._settings, names, rows=1) for panel, names in asked if names
        ]
        return pd.concat(made, axis=1)
