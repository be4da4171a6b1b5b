"""Several at once: two `undertow score`, again and again, while `dvc repro` runs."""

import subprocess
import sys
import time
from collections.abc import Iterator
from random import Random

from tools.chaos.child import SCORE
from tools.chaos.invariants import Contents, after_the_next_run, lost_calls
from tools.chaos.project import DVC, SECOND, Project, environment
from tools.chaos.tally import Tally

KIND = "at once"
_SCORE = [sys.executable, "-m", "pipeline.cli", "score", "--json"]
_SCORERS = 2

Process = subprocess.Popen[str]


def run_together(project: Project, _chance: Random, tally: Tally) -> None:
    """Score all the while that the pipeline runs, and check the ledger and every output."""
    before = project.put_back("first")
    repro = _start(project, [*DVC, "repro"])
    scorers = [_start(project, _SCORE) for _ in range(_SCORERS)]
    broken: list[str] = []
    scored = 0
    while repro.poll() is None:
        time.sleep(0.05)
        for place, scorer in enumerate(scorers):
            if scorer.poll() is not None:
                broken += _heard(scorer)
                scored += 1
                scorers[place] = _start(project, _SCORE)
    for scorer in scorers:
        broken += _heard(scorer)
    said = repro.communicate()[0]
    if repro.returncode != 0:
        broken.append(f"dvc repro ends with {repro.returncode}: {said[-600:]}")
    broken += _left(project, before)
    detail = f"{scored + _SCORERS} scores by {_SCORERS} while dvc repro ran"
    tally.note(KIND, "undertow score", detail, broken)


def _start(project: Project, command: list[str]) -> Process:
    return subprocess.Popen(
        command,
        cwd=project.folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _heard(scorer: Process) -> Iterator[str]:
    said = scorer.communicate()[0]
    if scorer.returncode != 0:
        yield f"undertow score ends with {scorer.returncode}: {said[-300:]}"


def _left(project: Project, before: Contents) -> Iterator[str]:
    now = Contents.of(project.folder)
    yield from after_the_next_run(now, project.after(SCORE), project.folder)
    yield from lost_calls(now, before)
    published = [name for name in now.calls if SECOND in name]
    if len(published) != 1:
        yield f"{len(published)} calls of {SECOND}: {', '.join(published)}"
