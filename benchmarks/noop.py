"""``dvc repro`` with nothing to do, against DVC's own floor: a trivial graph of as many stages."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import yaml

from benchmarks.command import command
from benchmarks.comparison import Comparison
from benchmarks.measure import in_turn, python
from benchmarks.project import STAGES, Run, finished_project

FLOOR = "a trivial graph"


def measure(run: Run) -> Iterator[Comparison]:
    """Whole processes; what the stages left is committed to DVC first."""
    with finished_project(run) as place:
        trivial = place.parent / "trivial"
        _write_trivial(trivial)
        for folder in (place, trivial):
            python("-m", "dvc", "init", "--no-scm", "--quiet", folder=folder)
        python("-m", "dvc", "commit", "--force", "--quiet", folder=place)
        python("-m", "dvc", "repro", "--quiet", folder=trivial)
        cases = {
            FLOOR: lambda: python("-m", "dvc", "repro", folder=trivial),
            "undertow": lambda: python("-m", "dvc", "repro", folder=place),
        }
        repetitions = run.pick(smallest=1, quick=5, full=11)
        samples = in_turn(cases, repetitions)
    yield Comparison("dvc repro with nothing to do", FLOOR, samples, aim="1 s more at most")


def _write_trivial(place: Path) -> None:
    place.mkdir()
    (place / "input").write_text("nothing\n", encoding="utf-8")
    files = ["input", *(f"output_{stage}" for stage in STAGES)]
    stages = {
        stage: {"cmd": f"cp {before} {after}", "deps": [before], "outs": [after]}
        for stage, (before, after) in zip(STAGES, pairwise(files), strict=True)
    }
    (place / "dvc.yaml").write_text(yaml.safe_dump({"stages": stages}), encoding="utf-8")


if __name__ == "__main__":
    command(measure)
