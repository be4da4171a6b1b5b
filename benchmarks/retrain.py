"""Full retrain against the plain way: hmmlearn from cold starts and LightGBM as it comes.

The plain way refits two models for one window; undertow's stages fit every model and baseline for
every window on the same dates, and its whole run adds everything from the files to the page.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.command import command
from benchmarks.comparison import Comparison
from benchmarks.measure import Sample, in_turn, python
from benchmarks.project import Run, finished_project, forget_folds

PLAIN = "the plain way"
FITTED = "undertow, scenarios, states and outlook"
EVERY = "undertow, every stage from the files to the report"
AGAIN = "undertow, every stage, no fold changed since the last run"
_FIT = ("scenarios", "states", "outlook")


def measure(run: Run) -> Iterator[Comparison]:
    """Whole processes, in a project whose data are there."""
    with finished_project(run) as place:
        cases = {
            PLAIN: lambda: python("-m", "benchmarks.plain_way", folder=place),
            FITTED: lambda: _anew([name for name in run.stages if name in _FIT], place),
            EVERY: lambda: _anew(run.stages, place),
            AGAIN: lambda: _together(run.stages, place),
        }
        yield Comparison(
            "retrain",
            PLAIN,
            in_turn(cases, run.pick(smallest=1, quick=1, full=2)),
            aim="every stage on the real files in 60 s of an idle machine",
        )


def _anew(stages: Sequence[str], place: Path) -> Sample:
    forget_folds(place)
    return _together(stages, place)


def _together(stages: Sequence[str], place: Path) -> Sample:
    each = [python("-m", f"pipeline.stages.{stage}", folder=place) for stage in stages]
    return Sample(
        wall=sum(sample.wall for sample in each),
        cpu=sum(sample.cpu for sample in each),
        peak=max(sample.peak for sample in each),
    )


if __name__ == "__main__":
    command(measure)
