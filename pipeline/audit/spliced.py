"""Many cuts at once: every so many sessions one is left out, and with it what became public then.

A feature that declares a window of n sessions is told by the n sessions up to its own. So from a
panel without every (n + 1)th session its value at the ends of the stretches that remain must be
the published one; whoever looks at the next session finds another one there. As many passes as the
stretches are long reach every session of history, at the cost of so many computations.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.registry import registered
from pipeline.audit.compare import Comparison, compare
from pipeline.audit.publication_rules import decided_at, public_at
from pipeline.audit.published import Published
from pipeline.audit.replays import Ask, handed_rows
from pipeline.catalogue import CATALOGUE
from pipeline.series.calendar import decision_time
from pipeline.series.kinds import Series

LONGEST = (12, 25, 70, 130, 260)
"""Longest window of each group of features that are spliced together; the last takes the rest."""

PANEL_STRETCH = 45
"""Sessions between two that are left out of the panel: longer than any value is carried."""

_AGE = ".age"
_OLD = 30.0
"""Age from which all ages are one: sessions left out would be missing in the count."""

_MEMBERS = {"in_tech", "in_semis", "in_software"}
"""Columns of the panel that are made from tables, by what begins their names."""

Positions = NDArray[np.int64]


@dataclass(frozen=True)
class Group:
    """Features that are spliced together, and the longest window among them."""

    names: tuple[str, ...]
    stretch: int


def groups() -> list[Group]:
    """Every feature that looks at a window, in groups of like windows; cheap ones apart."""
    windows = {
        name: each.window
        for name, each in registered().items()
        if each.window is not None and not each.running
    }
    bounds = (0, *LONGEST, max(windows.values(), default=0) + 1)
    chosen = [
        {name: n for name, n in windows.items() if low < n <= high}
        for low, high in pairwise(bounds)
    ]
    return [Group(tuple(some), max(some.values())) for some in chosen if some]


def passes(stretch: int, most: int, turn: int) -> list[int]:
    """Which offsets are tried: all of them if they are few, else those whose turn it is."""
    every = np.arange(stretch + 1)
    return [int(each) for each in np.roll(every, -turn * most)[:most]]


def spliced_features(
    published: Published, group: Group, offsets: Sequence[int], ask: Ask
) -> Iterator[Comparison]:
    """Features at the ends of all stretches, one comparison an offset."""
    panel = {"panel": published.panel}
    for offset in offsets:
        kept, ends = _split(published.market.sessions, group.stretch, offset)
        if ends.empty:
            # A short history has no stretch of this length that ends there.
            continue
        frames = {"sessions": pd.DataFrame(index=kept), "ends": pd.DataFrame(index=ends)}
        asked = {"names": list(group.names)}
        found = ask("spliced", frames | panel, decision_time(kept[-1]), **asked)["features"]
        panel = {}
        before = published.features.loc[published.features.index.isin(ends), list(group.names)]
        yield compare("features", before, found, ends[-1], "spliced", own=True)


def spliced_panel(published: Published, offsets: Sequence[int], ask: Ask) -> Iterator[Comparison]:
    """The panel at the ends of all stretches, from raw rows without what the next session brought.

    Calendars count sessions over longer than a stretch and who joins an index stays for longer:
    both are left to the cuts.
    """
    market = published.market
    first = {
        name: _first_known(rows, CATALOGUE[name], market.sessions)
        for name, rows in market.raw.items()
    }
    lasting = {name for name, series in CATALOGUE.items() if series.kind == "calendar"} | _MEMBERS
    counted = [name for name in published.panel if str(name).partition(".")[0] not in lasting]
    for offset in offsets:
        kept, ends = _split(market.sessions, PANEL_STRETCH, offset)
        dropped = np.flatnonzero(~market.sessions.isin(kept))
        raw = {
            name: rows[~np.isin(first[name], dropped)].reset_index(drop=True)
            for name, rows in market.raw.items()
        }
        frames = handed_rows(raw, kept) | {"ends": pd.DataFrame(index=ends)}
        found = ask("panel", frames, decision_time(kept[-1]))["panel"]
        before, after = (_young(each.loc[ends, counted]) for each in (published.panel, found))
        yield compare("panel", before, after, ends[-1], "spliced", own=True)


def _split(
    sessions: pd.DatetimeIndex, stretch: int, offset: int
) -> tuple[pd.DatetimeIndex, pd.DatetimeIndex]:
    """Sessions that are kept, and those of them that end a stretch."""
    place = (np.arange(len(sessions)) - offset) % (stretch + 1)
    whole = np.arange(len(sessions)) >= stretch - 1
    return sessions[place != 1 % (stretch + 1)], sessions[(place == 0) & whole]


def _young(panel: pd.DataFrame) -> pd.DataFrame:
    ages = [name for name in panel.columns if name.endswith(_AGE)]
    return panel.assign(**panel[ages].clip(upper=_OLD))


def _first_known(rows: pd.DataFrame, series: Series, sessions: pd.DatetimeIndex) -> Positions:
    """Position of the session at which each row became public; -1 for what is never left out."""
    if series.kind in {"table", "calendar"}:
        return np.full(len(rows), -1)
    public = pd.DatetimeIndex(public_at(rows, series))
    return np.asarray(decided_at(sessions).searchsorted(public, side="left"))
