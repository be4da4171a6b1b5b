"""Every feature at every session from a panel that ends there; what is done is kept."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import pandas as pd

from pipeline.audit.compare import Comparison, compare
from pipeline.audit.cutoffs import digest
from pipeline.audit.jobs import Job, Outcome, carried_out
from pipeline.audit.published import Published
from pipeline.audit.replays import each_session
from pipeline.base.progress import watched
from pipeline.storage import store

DONE = store.DATA / "audit" / "every_session.json"
"""Sessions that passed, with a digest of the code and of the data that they passed with."""

_BATCH = 150
"""Sessions that one process makes: what a kill can lose, a minute or two."""


def every_session(published: Published, parameters: str, code: str) -> Iterator[Outcome]:
    """Make the sessions that are left; what a killed audit had done is told and not done again.

    Parameters
    ----------
    published
        What the stages left.
    parameters
        Text of ``params.yaml``.
    code
        From `pipeline.audit.certificate.code_digest`.
    """
    of = f"{code} {digest(published.panel):x} {digest(published.features):x}"
    passed = set(_passed(of))
    names = pd.DatetimeIndex(published.features.index).strftime("%Y-%m-%d")
    kept = names.isin(passed)
    if kept.any():
        yield Outcome("sessions that passed before", (_same(published.features[kept]),), (), "")
    left = published.features.index[~kept]
    jobs = [_job(published, list(left[at : at + _BATCH])) for at in range(0, len(left), _BATCH)]
    done = carried_out(jobs, parameters, published.settings.compute.workers)
    for outcome in watched(done, "batches of sessions", len(jobs)):
        yield outcome
        passed |= _clean(outcome)
        store.write_json({"of": of, "passed": sorted(passed)}, DONE)


def _job(published: Published, sessions: Sequence[pd.Timestamp]) -> Job:
    return Job(
        f"sessions from {sessions[0]:%Y-%m-%d}",
        partial(each_session, published, sessions),
    )


def _same(features: pd.DataFrame) -> Comparison:
    return compare("features", features, features, features.index[-1], "ended", own=True)


def _clean(outcome: Outcome) -> set[str]:
    """Sessions of a batch in which nothing differs: of one in which something does, none."""
    if outcome.error or outcome.refused or any(each.leaks for each in outcome.made):
        return set()
    return {f"{session:%Y-%m-%d}" for each in outcome.made for session in each.sessions}


def _passed(of: str) -> list[str]:
    if not DONE.exists():
        return []
    kept: dict[str, Any] = store.read_json(DONE)
    return kept["passed"] if kept["of"] == of else []
