"""At which sessions the future is exchanged: where rare code acts, and others each day."""

import hashlib
from collections.abc import Collection
from itertools import chain, zip_longest

import numpy as np
import pandas as pd

from pipeline.audit.published import Published
from pipeline.series.calendar import half_days

LARGEST = 60
"""Largest moves, up or down, of each of `MOVED`."""

MOVED = ("qqq", "vix", "btc")


def ranked_cuts(published: Published, tried: Collection[str]) -> list[pd.Timestamp]:
    """Every session that has features, but the last, the one to be cut at first in front.

    Kinds of rare sessions take turns with each other and with all others; within a kind the order
    is drawn from a digest of the data, so that each day's data tries others. Sessions at which an
    earlier audit cut come last.

    Parameters
    ----------
    published
        What the stages left.
    tried
        Sessions (``YYYY-MM-DD``) of earlier audits of the same code.
    """
    generator = np.random.default_rng(digest(published.panel))
    possible = pd.DatetimeIndex(published.features.index)[:-1]
    kinds = [found.intersection(possible) for found in rare_sessions(published).values()]
    drawn = [generator.permutation(kind.to_numpy()) for kind in [*kinds, possible]]
    turns = chain.from_iterable(zip_longest(*drawn))
    order = list(dict.fromkeys(pd.Timestamp(each) for each in turns if each is not None))
    return sorted(order, key=lambda session: f"{session:%Y-%m-%d}" in tried)


def rare_sessions(published: Published) -> dict[str, pd.DatetimeIndex]:
    """Sessions at which code may act that acts seldom, by kind."""
    panel = published.panel
    sessions = pd.DatetimeIndex(panel.index)
    return {
        "largest moves": _largest_moves(panel),
        "month ends": sessions[_last_of(sessions.to_period("M"))],
        "year ends": sessions[_last_of(sessions.to_period("Y"))],
        "births, deaths and gaps": _edges(panel),
        "events": _events(panel),
        "half-days": half_days(sessions),
    }


def digest(panel: pd.DataFrame) -> int:
    """A number of the panel's values, another one for each day's data."""
    values = np.ascontiguousarray(panel.select_dtypes("number").to_numpy(dtype=np.float64))
    return int.from_bytes(hashlib.sha256(values.tobytes()).digest()[:8], "big")


def _largest_moves(panel: pd.DataFrame) -> pd.DatetimeIndex:
    found = pd.DatetimeIndex([])
    for name in MOVED:
        moves = np.log(panel[name].where(panel[name] > 0)).diff().abs()
        found = found.union(pd.DatetimeIndex(moves.nlargest(LARGEST).index))
    return found


def _last_of(periods: pd.PeriodIndex) -> np.ndarray:
    return np.append(np.asarray(periods[1:] != periods[:-1]), False)


def _edges(panel: pd.DataFrame) -> pd.DatetimeIndex:
    """Sessions on which a series begins or ends to be missing, and the ones before."""
    series = panel[[name for name in panel.columns if "." not in name]]
    absent = series.isna().to_numpy()
    changes = (absent[1:] != absent[:-1]).any(axis=1)
    places = np.flatnonzero(changes)
    return pd.DatetimeIndex(panel.index[np.union1d(places, places + 1)])


def _events(panel: pd.DataFrame) -> pd.DatetimeIndex:
    """Days of scheduled and other events, and the ones before."""
    columns = [name for name in panel.columns if name.endswith(".last")]
    places = np.flatnonzero((panel[columns] == 0).any(axis=1))
    return pd.DatetimeIndex(panel.index[np.union1d(places, np.maximum(places - 1, 0))])
