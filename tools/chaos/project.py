"""A small finished project in a scratch folder, on two following evenings, to do harm to.

On the first evening everything ran. On the second the market has one more session, and the
stages run one after another; the project as it was before each of them is kept aside, and a fault
strikes a copy of that. Every copy is put at the same place, because MLflow remembers full paths.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from tools.chaos.child import COMMANDS, SCORE, STAGES, TARGETS, run
from tools.chaos.invariants import Contents
from tools.chaos.writes import Writes
from tools.small_project import ROOT, short_params

FIRST, SECOND = "2017-12-28", "2017-12-29"
_CODE = ("pipeline", "features", "models", "dvc.yaml", ".dvcignore", ".gitignore")


def parameters(end: str) -> dict[str, Any]:
    """The project's own parameters on a short simulated market, with small models."""
    baselines = ("climatology", "persistence", "vix", "seen_half")
    params = short_params(last=end, first_test="2017-06-01", baselines=baselines)
    params["walk_forward"]["refit_every"] = 252
    # The first model becomes champion; the second is refused, so the champion goes on scoring.
    params["promotion"]["calibration_error_limit"] = 1.0 if end == FIRST else 0.0
    return params


class Project:
    """The scratch project and the states of it that are kept aside.

    Parameters
    ----------
    place
        An empty folder that is the harness's own.
    targets
        Stages and commands that are struck, stages in the order in which they run.

    Attributes
    ----------
    seconds, writes
        How long each target runs undisturbed, and how often it writes below the folder.
    """

    def __init__(self, place: Path, targets: Sequence[str] = TARGETS) -> None:
        self.folder = place / "project"
        self.targets = tuple(targets)
        self.seconds: dict[str, float] = {}
        self.writes: dict[str, int] = {}
        self._stages = [target for target in targets if target in STAGES]
        self._kept = place / "kept"
        self._contents: dict[str, Contents] = {}

    def build(self, first: Sequence[str] = (*STAGES, SCORE), *, tracked: bool = False) -> None:
        """Finish the first evening, and the second with a copy kept before each stage.

        Parameters
        ----------
        first
            What runs on the first evening; on the second, only what is to be struck.
        tracked
            Whether DVC takes note of both evenings.
        """
        self._lay_out(tracked=tracked)
        for stage in first:
            self._measure(stage)
        if tracked:
            self.dvc("commit", "--force")
        self.write_parameters(SECOND)
        self.keep("first")
        for stage in self._stages:
            self.keep(stage)
            self._measure(stage)
        if tracked:
            self.dvc("commit", "--force")
        self.keep("second")
        for command in set(self.targets) & set(COMMANDS):
            self.put_back(self._name_before(command))
            self._measure(command)
            self.keep(f"after {command}")

    def write_parameters(self, end: str) -> None:
        """Write ``params.yaml`` for a market that ends on a date."""
        text = yaml.safe_dump(parameters(end), sort_keys=False)
        (self.folder / "params.yaml").write_text(text, encoding="utf-8")

    def keep(self, name: str) -> None:
        """Keep a copy of the project under a name."""
        shutil.copytree(self.folder, self._kept / name, symlinks=True)
        self._contents[name] = Contents.of(self.folder)

    def put_back(self, name: str) -> Contents:
        """Make the project what it was under a name, and tell what it holds."""
        _mirror(self._kept / name, self.folder)
        return self._contents[name]

    def before(self, target: str) -> Contents:
        """Make the project what it is before a stage or command, and tell what it holds."""
        return self.put_back(self._name_before(target))

    def after(self, target: str) -> Contents:
        """What the project holds when a stage or command has run undisturbed."""
        if target in COMMANDS:
            return self._contents[f"after {target}"]
        following = [*self._stages, "second"]
        return self._contents[following[self._stages.index(target) + 1]]

    def contents(self, name: str) -> Contents:
        """What the copy under a name holds."""
        return self._contents[name]

    def repro(self) -> subprocess.CompletedProcess[str]:
        """Run the pipeline as `make repro` does."""
        checked = self._process(sys.executable, "-m", "pipeline.checks")
        return self.dvc("repro") if checked.returncode == 0 else checked

    def dvc(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run DVC in the project and wait for it."""
        return self._process(*DVC, *words)

    def _process(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def _lay_out(self, *, tracked: bool) -> None:
        self.folder.mkdir(parents=True)
        for name in _CODE:
            source, target = ROOT / name, self.folder / name
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copyfile(source, target)
        for name in ("own", "live"):
            folder = self.folder / "data" / name
            folder.mkdir(parents=True)
            # As in the project: git keeps no empty folder, and an experiment's copy needs it.
            (folder / "README.md").write_text("What lies here is the user's.\n", encoding="utf-8")
        self.write_parameters(FIRST)
        if tracked:
            for words in (["git", "init", "--quiet"], [*DVC, "init", "--quiet"]):
                subprocess.run(words, cwd=self.folder, env=environment(), check=True)

    def _name_before(self, target: str) -> str:
        return "second" if target in COMMANDS else target

    def _measure(self, target: str) -> None:
        writes = Writes(self.folder)
        ended = run(target, self.folder, before=writes)
        if ended.code != 0:
            raise RuntimeError(f"{target} does not run undisturbed:\n{ended.said}")
        self.seconds[target], self.writes[target] = ended.seconds, writes.count


def _mirror(kept: Path, folder: Path) -> None:
    """Make a folder like the one kept; copies have their originals' times, so few are made."""
    wanted = {path.relative_to(kept): path for path in sorted(kept.rglob("*"))}
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.relative_to(folder) not in wanted:
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    for name, original in wanted.items():
        path = folder / name
        if original.is_dir():
            path.mkdir(exist_ok=True)
        elif not path.exists() or _stamp(path) != _stamp(original):
            path.unlink(missing_ok=True)
            shutil.copy2(original, path, follow_symlinks=False)


def _stamp(path: Path) -> tuple[int, int]:
    status = path.lstat()
    return status.st_size, status.st_mtime_ns


DVC = [sys.executable, "-m", "dvc"]


def environment(**more: str) -> dict[str, str]:
    """Environment of a real process: this Python first, nothing sent anywhere."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    quiet = {"DVC_NO_ANALYTICS": "true", "MLFLOW_DISABLE_TELEMETRY": "true"}
    return {**os.environ, "PATH": programs, **quiet, **more}
