"""Other futures: the same past, with what was not public at a session cut off or made garbage."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.aligning.panel import Raw
from pipeline.audit.publication import known_market, split_market
from pipeline.catalogue import CATALOGUE
from pipeline.series.kinds import Series

GARBAGE_SESSIONS = 252
"""Sessions of garbage that follow the cut: longer than any label window or refit interval."""

_NUMBERS = {
    "value": ("value",),
    "snapshot": ("value",),
    "flow": ("value",),
    "funding": ("rate",),
    "bar": ("open", "high", "low", "close"),
}
_LOST = 0.1
_LONGEST_DELAY = 400


@dataclass(frozen=True)
class Market:
    """What a run begins with: raw rows by series, and the sessions of its panel."""

    raw: Raw
    sessions: pd.DatetimeIndex


def truncated(market: Market, position: int) -> Market:
    """Only what was public when the session at ``position`` was decided; it is the last one."""
    raw = known_market(market.raw, market.sessions, position)
    return Market(raw, market.sessions[: position + 1])


def scrambled(market: Market, position: int) -> Market:
    """The same past, but all that was not yet public replaced by garbage.

    Later rows are lost, change places and are multiplied by random factors, within the valid
    range of their series so that the garbage is data and nothing refuses it; later events are
    and index changes are postponed. A year of such sessions follows.
    """
    generator = np.random.default_rng(position)
    known, later = split_market(market.raw, market.sessions, position)
    raw = {
        name: _with_garbage(frame, later[name], CATALOGUE[name], generator)
        for name, frame in known.items()
    }
    return Market(raw, market.sessions[: position + 1 + GARBAGE_SESSIONS])


FUTURES: dict[str, Callable[[Market, int], Market]] = {
    "truncated": truncated,
    "scrambled": scrambled,
}


def _with_garbage(
    known: pd.DataFrame, later: pd.DataFrame, series: Series, generator: np.random.Generator
) -> pd.DataFrame:
    if later.empty:
        return known
    garble = _GARBLED.get(series.kind, _shuffled)
    rows = pd.concat([known, garble(later, series, generator)], ignore_index=True)
    # An event that is known ahead may lie behind a postponed one.
    return (
        rows.sort_values("date", kind="stable", ignore_index=True)
        if series.kind == "calendar"
        else rows
    )


def _shuffled(future: pd.DataFrame, series: Series, generator: np.random.Generator) -> pd.DataFrame:
    """Lose some rows, let the values of the others change places and sizes."""
    kept = future[generator.random(len(future)) >= _LOST]
    columns = _NUMBERS.get(series.kind) or [
        name for name in kept.columns if name not in {"date", "fetched_at"}
    ]
    order = generator.permutation(len(kept))
    factors = np.exp(generator.standard_normal((len(kept), 1)) / 2.0)
    values = kept[list(columns)].to_numpy()[order] * factors
    return kept.assign(**dict(zip(columns, np.clip(values, *series.valid).T, strict=True)))


def _postponed(
    future: pd.DataFrame, _series: Series, generator: np.random.Generator
) -> pd.DataFrame:
    days = pd.to_timedelta(generator.integers(1, _LONGEST_DELAY, len(future)), unit="D")
    return future.assign(date=(future["date"] + days).astype(future["date"].dtype))


def _all_postponed(
    future: pd.DataFrame, _series: Series, generator: np.random.Generator
) -> pd.DataFrame:
    """As one, since who joins must have been outside, and who leaves inside."""
    days = pd.Timedelta(days=int(generator.integers(1, _LONGEST_DELAY)))
    return future.assign(date=(future["date"] + days).astype(future["date"].dtype))


_GARBLED = {"calendar": _postponed, "table": _all_postponed}
