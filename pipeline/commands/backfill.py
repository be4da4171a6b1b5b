"""``undertow backfill``: fill the ledger's gaps with what would have been said then."""

import sys
from collections.abc import Iterable

import pandas as pd
from rich.console import Console
from rich.progress import track

from pipeline.backfill import backfill
from pipeline.console import out


def run(since: str) -> None:
    """Publish a call for every session since a date that has none."""
    filled = backfill(since, _watched)
    out.print(f"{len(filled)} calls filled in; `undertow ledger` shows them")


def _watched(sessions: Iterable[pd.Timestamp]) -> Iterable[pd.Timestamp]:
    """Progress on stderr when a person watches."""
    known = list(sessions)
    return track(
        known,
        "filling the ledger",
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    )
