"""What was fetched, read by the audit itself: every value that a date ever had, and when."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from pipeline.audit.publication_rules import public_at
from pipeline.catalogue import CATALOGUE
from pipeline.series.kinds import Series
from pipeline.storage import store

LANDED = store.DATA / "live"


def landed_files() -> Iterator[tuple[Path, Series]]:
    """Each file of fetched rows (a provider's of a series or symbol), and its series."""
    for path in sorted(LANDED.rglob("*.parquet")):
        name = path.relative_to(LANDED).parts[0]
        if name in CATALOGUE:
            yield path, CATALOGUE[name]


def cut_landings(scratch: Path, decided: pd.Timestamp) -> None:
    """Copy what was fetched, without the rows that were not public at a decision."""
    for path, series in landed_files():
        rows = pd.read_parquet(path)
        kept = rows[(public_at(rows, series) <= decided).to_numpy()]
        if len(kept):
            place = scratch / path.relative_to(LANDED)
            place.parent.mkdir(parents=True, exist_ok=True)
            kept.to_parquet(place, index=False)
