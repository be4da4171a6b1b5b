"""``undertow backfill``: fill the ledger's gaps with what would have been said then."""

from pipeline.backfill import backfill
from pipeline.console import out


def run(since: str) -> None:
    """Publish a call for every session since a date that has none."""
    filled = backfill(since)
    out.print(f"{len(filled)} calls filled in; `undertow ledger` shows them")
