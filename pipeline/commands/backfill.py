"""``undertow backfill``: fill the ledger's gaps with what would have been said then."""

from pipeline.base.console import out
from pipeline.hindcast.backfill import backfill
from pipeline.storage import store
from pipeline.tracking.deployed import check_deployed


def run(since: str) -> None:
    """Publish a call for every session since a date that has none."""
    check_deployed(store.source())
    filled = backfill(since)
    out.print(f"{len(filled)} calls filled in; `undertow ledger` shows them")
