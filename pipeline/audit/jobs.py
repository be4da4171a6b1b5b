"""What an audit replays: jobs that each run in a process of their own, and what came of them."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from features.registry import registered
from pipeline.audit.book_tails import book_tails
from pipeline.audit.compare import Leak
from pipeline.audit.counterfactuals import FUTURES
from pipeline.audit.cutoffs import digest
from pipeline.audit.exposures import ceilings, exposure_cuts, exposures
from pipeline.audit.published import Published
from pipeline.audit.remade import can_be_remade, remade
from pipeline.audit.replays import (
    Ask,
    decisions,
    feature_cuts,
    market_cuts,
    outlook_refits,
    states_refits,
    whole,
)
from pipeline.audit.sandbox import ReplayError, Sandbox
from pipeline.audit.spliced import (
    PANEL_STRETCH,
    groups,
    passes,
    spliced_features,
    spliced_panel,
)

FEATURE_CUTS, RUNNING_CUTS = 5, 33
"""Cuts of all features, and of those that rest on running statistics, to one of the market."""

DECISIONS, CEILINGS = "decisions", "ceilings"
"""Jobs whose frames the scores are made of again."""

_A_LANE = 150
"""Cuts of running features that one process makes."""


@dataclass(frozen=True)
class Depth:
    """How much is replayed.

    Attributes
    ----------
    cuts
        Sessions at which the raw rows are cut.
    ingests
        Sessions at which ingest is run again on a source that ends there.
    passes
        Passes of each group of spliced features at most, and of the panel.
    changes
        Evenings on which some policy's exposure changes, after which all see another future.
    alone
        Whether each session is forecast and decided before the next one is there.
    """

    cuts: int
    ingests: int
    passes: int
    changes: int
    alone: bool


@dataclass(frozen=True)
class Job:
    """A replay in a process of its own; ``replay`` takes `Sandbox.ask` and yields its results."""

    name: str
    replay: Callable[[Ask], Iterator[Any]]


@dataclass(frozen=True)
class Outcome:
    """What came of a job.

    Attributes
    ----------
    made
        Comparisons, or frames.
    refused
        What the replayed code asked for and was refused.
    error
        How it failed; empty when it did not.
    """

    name: str
    made: tuple[Any, ...]
    refused: tuple[str, ...]
    error: str


def plan(
    published: Published, order: Sequence[pd.Timestamp], paths: pd.DataFrame, depth: Depth
) -> list[Job]:
    """Every job, long ones first.

    Parameters
    ----------
    published
        What the stages left.
    order
        From `pipeline.audit.cutoffs.ranked_cuts`.
    paths
        From `pipeline.audit.followed.paths_of`, of everything that is published.
    depth
        How much.
    """
    cuts = sorted(order[: depth.cuts])
    running = [name for name, each in registered().items() if each.running]
    several = sorted(order[: depth.cuts * RUNNING_CUTS])
    jobs = [
        Job(
            f"folds of {window.name}", partial(outlook_refits, published, window, alone=depth.alone)
        )
        for window in published.settings.scenarios.window_list()
    ]
    jobs += _spliced(published, depth)
    jobs += [Job("states", partial(states_refits, published))]
    jobs += [
        Job(
            "running features",
            partial(feature_cuts, published, several[at : at + _A_LANE], running),
        )
        for at in range(0, len(several), _A_LANE)
    ]
    some = sorted(order[: depth.cuts * FEATURE_CUTS])
    jobs += [Job("features", partial(feature_cuts, published, some, None))]
    jobs += [Job(f"market {how}", partial(market_cuts, published, cuts, how)) for how in FUTURES]
    if can_be_remade():
        jobs += [Job("last fit and call", partial(remade, published))]
    return [
        *jobs,
        Job("book", partial(book_tails, published, cuts[-1])),
        Job(
            "exposures",
            partial(exposures, published, paths, exposure_cuts(published, paths, depth.changes)),
        ),
        Job(DECISIONS, partial(decisions, published, alone=depth.alone)),
        Job("whole", partial(whole, published)),
        Job(CEILINGS, partial(ceilings, published)),
    ]


def carried_out(jobs: Sequence[Job], parameters: str, workers: int) -> Iterator[Outcome]:
    """Carry jobs out, so many at a time; each in surroundings unlike its neighbour's."""
    with ThreadPoolExecutor(workers) as pool:
        started = [
            pool.submit(_carried_out, job, parameters, place) for place, job in enumerate(jobs)
        ]
        try:
            for done in as_completed(started):
                yield done.result()
        finally:
            pool.shutdown(cancel_futures=True)


def outside(done: Sequence[Outcome]) -> Iterator[Leak]:
    """What the replayed code asked for and was not handed, and how it failed."""
    for outcome in done:
        found = [*outcome.refused, outcome.error] if outcome.error else outcome.refused
        for what in dict.fromkeys(found):
            yield Leak(f"replay of {outcome.name}", "", "", "", "outside", "", what)


def _carried_out(job: Job, parameters: str, surroundings: int) -> Outcome:
    made: list[Any] = []
    error = ""
    with Sandbox(parameters, surroundings) as sandbox:
        try:
            made.extend(job.replay(sandbox.ask))
        except ReplayError as failed:
            error = str(failed)
        return Outcome(job.name, tuple(made), tuple(dict.fromkeys(sandbox.refused)), error)


def _spliced(published: Published, depth: Depth) -> list[Job]:
    turn = digest(published.panel)
    if not depth.passes:
        return []
    panel = passes(PANEL_STRETCH, depth.passes, turn)
    return [
        *(
            Job(
                f"features of {group.stretch} sessions, spliced",
                partial(
                    spliced_features, published, group, passes(group.stretch, depth.passes, turn)
                ),
            )
            for group in reversed(groups())
        ),
        Job("panel, spliced", partial(spliced_panel, published, panel)),
    ]
