"""Peak memory of each stage, against the imports that every one of them needs.

Of the largest process of a stage: one that fits in several adds that of its workers.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.command import command
from benchmarks.comparison import Comparison
from benchmarks.measure import Sample, in_turn, python
from benchmarks.project import Run, finished_project, forget_fits
from benchmarks.score import IMPORTS


def measure(run: Run) -> Iterator[Comparison]:
    """Whole processes, each stage once more in a finished project."""
    with finished_project(run) as place:

        def stage(name: str) -> Callable[[], Sample]:
            return lambda: _anew(name, place)

        cases = {
            IMPORTS: lambda: python("-c", "import pandas, pyarrow", folder=place),
            **{name: stage(name) for name in run.stages},
        }
        yield Comparison(
            "stages", IMPORTS, in_turn(cases, run.pick(smallest=1, quick=1, full=3)), "under 1 GiB"
        )


def _anew(name: str, place: Path) -> Sample:
    forget_fits(place)
    return python("-m", f"pipeline.stages.{name}", folder=place)


if __name__ == "__main__":
    command(measure)
