"""Stored rows held against their source and their publishers, before anything is made from them."""

from collections.abc import Iterator, Sequence
from itertools import islice

import pandas as pd

from pipeline.audit.compare import Leak
from pipeline.audit.findings import Finding
from pipeline.audit.first_fetched import check_first_fetched
from pipeline.audit.ingest_replay import replay_ingest, replayable
from pipeline.audit.publication import check_publication
from pipeline.audit.published import Published
from pipeline.audit.revisions import check_revisions


def check_stored(published: Published, cuts: Sequence[pd.Timestamp]) -> list[Finding]:
    """Everything that the checks of the stored rows find.

    Parameters
    ----------
    published
        Raw rows, sessions and settings.
    cuts
        Sessions at which ingest is run again, from `ingest_cuts`.
    """
    return list(_found(published, cuts))


def ingest_cuts(
    published: Published, order: Sequence[pd.Timestamp], count: int
) -> list[pd.Timestamp]:
    """First sessions of an order at which a source has all that ingest requires.

    Parameters
    ----------
    published
        Raw rows and sessions.
    order
        From `pipeline.audit.cutoffs.ranked_cuts`.
    count
        How many at most.
    """
    raw, sessions = published.market.raw, published.market.sessions
    possible = (cut for cut in order if replayable(raw, sessions, published.position(cut)))
    return list(islice(possible, count))


def stored_leaks(found: Sequence[Finding]) -> list[Leak]:
    """Findings that fail the audit, each a leak of its series."""
    return [Leak(each.about, "", "", "", "stored", "", each.text) for each in found if each.fails]


def _found(published: Published, cuts: Sequence[pd.Timestamp]) -> Iterator[Finding]:
    raw, sessions = published.market.raw, published.market.sessions
    yield from check_publication(raw, sessions)
    positions = [published.position(cut) for cut in cuts]
    yield from replay_ingest(published.settings, raw, sessions, positions)
    if published.settings.data.source == "live":
        yield from check_first_fetched(sessions)
        yield from check_revisions(raw, sessions)
