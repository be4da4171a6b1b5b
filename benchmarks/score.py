"""``undertow score`` on fetched data, whole process, against imports alone and the registry."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.command import command
from benchmarks.comparison import Comparison
from benchmarks.measure import Sample, in_turn, python
from benchmarks.project import Run, finished_project
from pipeline.storage import store

IMPORTS = "python -c 'import pandas, pyarrow'"
SCORE = "undertow score"
REGISTRY = "the same row through the registered model"


def measure(run: Run) -> Iterator[Comparison]:
    """The session of the last run is called anew each time, then once more as published."""
    with finished_project(run) as place:
        samples = in_turn(_cases(place), run.pick(smallest=1, quick=5, full=15))
    yield Comparison("scoring against imports", IMPORTS, samples, aim="at most 2")
    chosen = {name: samples[name] for name in (REGISTRY, SCORE)}
    yield Comparison("scoring against the registry", REGISTRY, chosen, aim="at most 0.25")


def _cases(place: Path) -> dict[str, Callable[[], Sample]]:
    def score() -> Sample:
        return python("-m", "pipeline.cli", "score", folder=place)

    def score_anew() -> Sample:
        shutil.rmtree(place / store.LEDGER, ignore_errors=True)
        return score()

    return {
        IMPORTS: lambda: python("-c", "import pandas, pyarrow", folder=place),
        SCORE: score_anew,
        "undertow score, already published": score,
        REGISTRY: lambda: python("-m", "benchmarks.through_registry", folder=place),
    }


if __name__ == "__main__":
    command(measure)
