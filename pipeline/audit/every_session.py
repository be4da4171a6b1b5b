"""Every feature at every session from the panel that ends there; what is done is kept."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import pandas as pd

from pipeline.audit.compare import Comparison
from pipeline.audit.cutoffs import digest
from pipeline.audit.jobs import Job, Outcome, carried_out
from pipeline.audit.published import Published
from pipeline.audit.replays import feature_cuts
from pipeline.base.progress import watched
from pipeline.storage import store

DONE = store.DATA / "audit" / "every_session.json"
"""Sessions that passed, with a digest of the code and of the data that they passed with."""

_BATCH = 40


def every_session(published: Published, parameters: str, code: str) -> Iterator[Comparison]:
    """Compare the sessions that are left; what a killed audit had done is not done again.

    Parameters
    ----------
    published
        What the stages left.
    parameters
        Text of ``params.yaml``.
    code
        From `pipeline.audit.certificate.code_digest`.
    """
    of = f"{code} {digest(published.panel):x}"
    passed = set(_passed(of))
    left = [each for each in published.features.index if f"{each:%Y-%m-%d}" not in passed]
    jobs = [_job(published, left[at : at + _BATCH]) for at in range(0, len(left), _BATCH)]
    done = carried_out(jobs, parameters, published.settings.compute.workers)
    for outcome in watched(done, "batches of sessions", len(jobs)):
        yield from outcome.made
        passed |= _clean(outcome)
        store.write_json({"of": of, "passed": sorted(passed)}, DONE)


def _job(published: Published, sessions: Sequence[pd.Timestamp]) -> Job:
    return Job(
        f"sessions from {sessions[0]:%Y-%m-%d}",
        partial(feature_cuts, published, sessions, None),
    )


def _clean(outcome: Outcome) -> set[str]:
    if outcome.error or outcome.refused:
        return set()
    return {each.cut for each in outcome.made if not each.leaks}


def _passed(of: str) -> list[str]:
    if not DONE.exists():
        return []
    kept: dict[str, Any] = store.read_json(DONE)
    return kept["passed"] if kept["of"] == of else []
