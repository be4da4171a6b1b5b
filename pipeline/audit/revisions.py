"""Fetched values that were revised: what the panel would have held when each was first used.

Landings keep revisions behind one another. The panel is made of the newest ones, as anybody's
history is; here it is made once more of those that were known at the time, and the difference told.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from pipeline.aligning.clock import Clock
from pipeline.aligning.panel import build_panel
from pipeline.audit.findings import Finding
from pipeline.audit.first_fetched import used_at
from pipeline.audit.landings import landed_files
from pipeline.catalogue import CATALOGUE
from pipeline.series.kinds import FETCHED_AT, PROVIDER, Series

Frames = Mapping[str, pd.DataFrame]

_COLUMN = {"bar": "close", "funding": "rate"}
_REVISED = {"value", "snapshot", "flow", "bar", "funding"}
_OWN = "own"


def check_revisions(raw: Frames, sessions: pd.DatetimeIndex) -> list[Finding]:
    """Hold what is stored against every version that was fetched.

    Parameters
    ----------
    raw
        Stored rows by series, with ``provider`` and ``fetched_at``.
    sessions
        Sessions of the panel.

    Returns
    -------
    list of Finding
        A failure for each series that holds a value which no fetch brought, or an older version
        than the newest; and a remark of how far the panel differs from the one that could be made
        at the time.
    """
    clock = Clock(sessions)
    found: list[Finding] = []
    then = dict(raw)
    for name, versions in _versions().items():
        if name in raw:
            found += _not_newest(raw[name], versions, CATALOGUE[name])
            then[name] = _as_used(raw[name], versions, CATALOGUE[name], clock)
    return [*found, *_told(build_panel(raw, clock), build_panel(then, clock))]


def _versions() -> dict[str, pd.DataFrame]:
    """Every fetched row of each series with its provider, in the order of fetches."""
    parts: dict[str, list[pd.DataFrame]] = {}
    for path, series in landed_files():
        if series.kind in _REVISED:
            rows = pd.read_parquet(path).assign(**{PROVIDER: path.stem})
            parts.setdefault(series.name, []).append(rows)
    return {
        name: pd.concat(each).sort_values(FETCHED_AT, kind="stable") for name, each in parts.items()
    }


def _keys(rows: pd.DataFrame) -> list[str]:
    return ["date" if "date" in rows else "time", PROVIDER]


def _not_newest(stored: pd.DataFrame, versions: pd.DataFrame, series: Series) -> Iterator[Finding]:
    column, keys = _COLUMN.get(series.kind, "value"), _keys(stored)
    newest = versions.drop_duplicates(keys, keep="last")
    both = stored.merge(newest, on=keys, how="left", suffixes=("", "_newest"))
    fetched = (both[PROVIDER] != _OWN) & both[column].notna()
    wrong = both[fetched & (both[column] != both[f"{column}_newest"])]
    if len(wrong):
        row = wrong.iloc[0]
        yield Finding(
            series.name,
            f"data/raw has {row[column]:g} on {row[keys[0]]:%Y-%m-%d} of {row[PROVIDER]}, whose "
            f"newest fetch says {row[f'{column}_newest']:g}; {len(wrong)} rows are alike; run "
            "`dvc repro`, and mend what changes it between the fetch and data/raw",
        )


def _as_used(
    stored: pd.DataFrame, versions: pd.DataFrame, series: Series, clock: Clock
) -> pd.DataFrame:
    """Stored rows with the version that was known when each was first used, or the first of all."""
    column, keys = _COLUMN.get(series.kind, "value"), _keys(stored)
    early = versions[pd.DatetimeIndex(versions[FETCHED_AT]) <= used_at(versions, series, clock)]
    first = versions.drop_duplicates(keys, keep="first").set_index(keys)[column]
    known = early.drop_duplicates(keys, keep="last").set_index(keys)[column].combine_first(first)
    mine = pd.MultiIndex.from_frame(stored[keys])
    values = known.reindex(mine).to_numpy()
    return stored.assign(**{column: np.where(np.isnan(values), stored[column], values)})


def _told(now: pd.DataFrame, then: pd.DataFrame) -> Iterator[Finding]:
    numbers, before = now.select_dtypes("float"), then.select_dtypes("float")
    moved = ((numbers - before).abs() / before.abs()).replace(np.inf, np.nan)
    revised = int((moved > 0).to_numpy().sum())
    if revised:
        largest = moved.max()
        column = str(largest.idxmax())
        yield Finding(
            "panel",
            f"{revised} of its values were revised after they were first used, the largest "
            f"{largest[column]:.2%} in {column} of {moved[column].idxmax():%Y-%m-%d}; the panel "
            "holds the newest of each",
            fails=False,
        )
