"""Full and weekly retrain against the plain way: hmmlearn from cold starts, LightGBM as it comes.

The plain way refits two models for one window; undertow's stages fit every model and baseline for
every window on the same dates, and its whole run adds everything from the files to the page. The
weekly run finds the fits of one whose panel ended five sessions before.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.command import command
from benchmarks.comparison import Comparison
from benchmarks.measure import Sample, in_turn, python
from benchmarks.project import STAGES, Run, ended_before, finished_project, forget_fits

PLAIN = "the plain way"
FITTED = "undertow, scenarios, states and outlook"
EVERY = "undertow, every stage from the files to the report"
WEEKLY = "undertow, every stage, five sessions after the last run"
AGAIN = "undertow, every stage, nothing changed since the last run"
_FIT = ("scenarios", "states", "outlook")
_WEEK = 5


def measure(run: Run) -> Iterator[Comparison]:
    """Whole processes, in a project whose data are there."""
    with finished_project(run) as place:
        cases = {
            PLAIN: lambda: python("-m", "benchmarks.plain_way", folder=place),
            FITTED: lambda: _anew([name for name in run.stages if name in _FIT], place),
            EVERY: lambda: _anew(run.stages, place),
            WEEKLY: lambda: _a_week_later(run.stages, place),
            AGAIN: lambda: _together(run.stages, place),
        }
        yield Comparison(
            "retrain",
            PLAIN,
            in_turn(cases, run.pick(smallest=1, quick=1, full=2)),
            aim="on the real files and an idle machine 60 s, weekly well under 30 s",
        )


def _anew(stages: Sequence[str], place: Path) -> Sample:
    forget_fits(place)
    return _together(stages, place)


def _a_week_later(stages: Sequence[str], place: Path) -> Sample:
    forget_fits(place)
    with ended_before(place, _WEEK):
        _together([name for name in STAGES[: STAGES.index("outlook") + 1] if name in stages], place)
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
