"""Habits: every `dvc` and `git` command that people type, on a project with published calls.

After each, every published call stands letter for letter, and the model that scores is the one
that scored before, unless the command was a retrain.
"""

import shlex
import subprocess
from collections.abc import Iterator
from random import Random

from tools.chaos.child import SCORE, run
from tools.chaos.invariants import Contents, lost_calls
from tools.chaos.project import DVC, Project, environment
from tools.chaos.tally import Tally

KIND = "habit"
CHAMPION = "data/champion"
HABITS = (
    "git checkout --quiet -b other",
    "git commit --quiet --allow-empty --message other",
    "dvc status",
    "dvc repro",
    "dvc exp run --name fewer -S outlook.models.lightgbm.trees=7",
    "dvc exp show",
    "dvc exp apply fewer",
    "git stash",
    "dvc checkout --force",
    "dvc exp run --name aside --temp -S outlook.models.lightgbm.trees=6",
    "dvc exp run --name later --queue -S outlook.models.lightgbm.trees=5",
    "dvc exp run --run-all",
    "dvc exp apply aside",
    "dvc exp branch later from-later",
    "dvc exp remove later",
    "git checkout --quiet --force main",
    "dvc checkout",
    "git checkout --quiet --force from-later",
    "dvc checkout --force",
    "git checkout --quiet --force main",
    "git merge --quiet other",
    "dvc commit --force",
    "dvc remote add --force --default kept ../remote",
    "dvc push",
    "dvc gc --workspace --force",
    "dvc pull --force",
    "dvc fetch",
    "dvc metrics show",
    "dvc metrics diff",
    "dvc params diff",
    "dvc plots show",
    "dvc unprotect data/panel.parquet",
    "git reset --quiet --hard",
    "git clean --quiet --force -d",
    "dvc gc --all-commits --force",
    "dvc checkout --force --relink",
    "dvc repro --force score",
    "dvc remove score",
    "git checkout --quiet --force main",
    "dvc destroy --force",
)
"""In an order in which a stranger may type them; each is told when it fails, which some may."""

_RETRAINS = ("dvc repro",)
_PERSON = ("-c", "user.name=chaos", "-c", "user.email=chaos@example.org")


def keep_habits(project: Project, _chance: Random, tally: Tally) -> None:
    """Publish, then type every command in turn, and look at the ledger after each."""
    project.put_back("second")
    _type(project, "git checkout --quiet -B main")
    _type(project, "git add --all")
    _type(project, "git commit --quiet --allow-empty --message start")
    for target in (SCORE, "undertow backfill"):
        run(target, project.folder)
    for habit in HABITS:
        before = Contents.of(project.folder)
        done = _type(project, habit)
        told = habit if done.returncode == 0 else f"{habit} (ends with {done.returncode})"
        tally.note(KIND, habit.partition(" ")[0], told, _broken(project, habit, before))
    again = run(SCORE, project.folder)
    tally.note(KIND, "undertow", "score afterwards", _scores(again.code, again.said))


def _broken(project: Project, habit: str, before: Contents) -> Iterator[str]:
    now = Contents.of(project.folder)
    if not before.calls:
        yield "nothing is published"
    yield from lost_calls(now, before)
    yield from (f"{name} was published by it" for name in now.calls if name not in before.calls)
    if not habit.startswith(_RETRAINS):
        names = {name for name in {*before.files, *now.files} if name.startswith(CHAMPION)}
        yield from (
            f"{name} is another" for name in names if before.files.get(name) != now.files.get(name)
        )


def _scores(code: int, said: str) -> Iterator[str]:
    # DVC is gone from the project by then, but its data are there.
    if code != 0:
        yield f"undertow score ends with {code}: {said[-300:]}"


def _type(project: Project, command: str) -> subprocess.CompletedProcess[str]:
    words = shlex.split(command)
    program = {"dvc": DVC, "git": ["git", *_PERSON]}[words[0]]
    return subprocess.run(
        [*program, *words[1:]],
        cwd=project.folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
