"""The proof: everything is replayed, and what differs is a leak, or a file that is stale."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.audit.blame import ORDER, is_stale, path_of, remedy
from pipeline.audit.compare import Comparison, Leak, day
from pipeline.audit.cutoffs import ranked_cuts
from pipeline.audit.exposures import judged_evenings
from pipeline.audit.followed import paths_of
from pipeline.audit.jobs import CEILINGS, DECISIONS, Depth, carried_out, outside, plan
from pipeline.audit.published import Published
from pipeline.audit.purge import purge_leaks
from pipeline.audit.remade import REMADE
from pipeline.audit.scorebook import rescored
from pipeline.audit.stored_checks import check_stored, ingest_cuts, stored_leaks
from pipeline.base.errors import DataMissingError
from pipeline.base.progress import watched

QUICK = Depth(cuts=1, ingests=1, passes=0, changes=6, alone=False)
UNCHECKED = (
    "features at most sessions (only at those cut)",
    "whether a forecast or decision depends on later sessions of its own fold or quarter",
    "what each leak would have been worth",
)
"""What `QUICK` leaves out."""

_REPRODUCED = {"rebuilt", "refit", "rescored"}
"""Ways that make a file again with the future as it was: a difference may be a stale file."""


@dataclass(frozen=True)
class Proof:
    """What came of everything.

    Attributes
    ----------
    comparisons
        Everything that was compared.
    leaks
        Every leak, the same column more than once.
    ingested
        Sessions at which ingest was run again.
    remarks
        What was found and is no leak, in sentences.
    """

    comparisons: list[Comparison]
    leaks: list[Leak]
    ingested: list[str]
    remarks: list[str]


def full(cuts: int) -> Depth:
    """How much a whole audit replays, with so many cuts of the raw rows."""
    return Depth(cuts=cuts, ingests=3, passes=130, changes=30, alone=True)


def prove(
    published: Published,
    parameters: str,
    depth: Depth,
    before: Mapping[str, Any],
) -> Proof:
    """Replay everything, and compare.

    Parameters
    ----------
    published
        What the stages left.
    parameters
        Text of ``params.yaml``.
    depth
        `QUICK` or `full`.
    before
        The earlier certificate, or nothing.

    Raises
    ------
    DataMissingError
        When a file is not what today's code makes of the raw rows, so that nothing can be proved.
    """
    order = ranked_cuts(published, set(before.get("cuts_tried", ())))
    paths = paths_of(published.panel, judged_evenings(published), published.settings)
    jobs = plan(published, order, paths, depth)
    workers = published.settings.compute.workers
    ingested = ingest_cuts(published, order, depth.ingests)
    with ThreadPoolExecutor(1) as beside:
        checked = beside.submit(check_stored, published, ingested)
        done = list(watched(carried_out(jobs, parameters, workers), "replays", len(jobs)))
    found = checked.result()
    comparisons = [each for one in done for each in one.made if isinstance(each, Comparison)]
    unhanded = list(outside(done))
    frames = {
        one.name: pd.concat(parts)
        for one in done
        if (parts := [each for each in one.made if isinstance(each, pd.DataFrame)])
    }
    if {DECISIONS, CEILINGS} <= set(frames):  # else a replay has failed, and is told
        comparisons += rescored(published, frames[DECISIONS], paths, frames[CEILINGS])
    leaks = [leak for each in comparisons for leak in each.leaks]
    if not unhanded:
        _refuse_stale(comparisons)
    labels, states, outlook = published.labels, published.states, published.outlook
    leaks = stored_leaks(found) + unhanded + leaks
    return Proof(
        comparisons=comparisons,
        leaks=leaks + purge_leaks(labels, states, outlook, published.settings),
        ingested=sorted(day(cut) for cut in ingested),
        remarks=[str(each) for each in found if not each.fails],
    )


def _refuse_edited(comparisons: Sequence[Comparison]) -> None:
    """Stop at a bundle or call that the published tables do not make, while all of them hold."""
    edited = [leak for each in comparisons if each.how == REMADE for leak in each.leaks]
    if edited:
        raise DataMissingError(
            f"data/{edited[0].stage} is stale or was changed by hand: its {edited[0].column} is "
            f"{edited[0].published}, and today's code and the published tables make it "
            f"{edited[0].found}; run `dvc repro` first"
        )


def _refuse_stale(comparisons: Sequence[Comparison]) -> None:
    """Look at the first table that is not reproduced: what is made from it differs for its sake."""
    differing = {
        leak.stage: leak
        for each in reversed(comparisons)
        if each.how in _REPRODUCED
        for leak in each.leaks
    }
    first = next((table for table in ORDER if table in differing), None)
    if first is None:
        _refuse_edited(comparisons)
    if first is None or not is_stale(first):
        return
    leak = differing[first]
    of = f" of {leak.session}" if leak.session else ""
    raise DataMissingError(
        f"{path_of(first)} is stale or was changed by hand: its column {leak.column}{of} is "
        f"{leak.published}, and today's code and rows make it {leak.found}; {remedy(first)}"
    )
