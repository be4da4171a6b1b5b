"""A fresh process in an empty folder, that is handed rows and computes from them alone."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pandas as pd

from pipeline.audit.steps import Frames, frames_in, frames_out
from pipeline.base.errors import UndertowError

PACKAGES = ("features", "models", "pipeline")

ARITHMETIC = ("OPENBLAS_", "MKL_", "BLIS_", "NPY_", "GLIBC_TUNABLES")
"""Begin the variables that choose a processor's kernels, and so the last bits of a sum. A replay
keeps them: what was published was computed with them, and they tell nothing of the future."""


@dataclass(frozen=True)
class Surroundings:
    """What no result may depend on: seed of hashes, time zone, language, working folder."""

    hash_seed: int
    time_zone: str
    language: str
    folder: str


SURROUNDINGS = (
    Surroundings(0, "UTC", "C.UTF-8", "replay"),
    Surroundings(4242, "Asia/Tokyo", "C", "an other place"),
)


class ReplayError(UndertowError):
    """The replayed code failed where it had worked: it needs what it was not handed."""


class Sandbox:
    """A process that replays; use it in a ``with`` block.

    Parameters
    ----------
    parameters
        Text of ``params.yaml``.
    surroundings
        Of `SURROUNDINGS`, by its place.
    """

    def __init__(self, parameters: str, surroundings: int = 0) -> None:
        self._parameters = parameters
        self._around = SURROUNDINGS[surroundings % len(SURROUNDINGS)]
        self._count = 0
        self.refused: list[str] = []

    def __enter__(self) -> Self:
        """Copy the code, and start the process."""
        self._place = tempfile.TemporaryDirectory(prefix="undertow-audit-")
        top = Path(self._place.name)
        self.folder = top / self._around.folder
        self.folder.mkdir()
        (self.folder / "params.yaml").write_text(self._parameters, encoding="utf-8")
        for package in PACKAGES:
            # Compiled files come along: their times are kept, so they stay valid.
            shutil.copytree(Path(__file__).parents[2] / package, top / "code" / package)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pipeline.audit.child"],
            cwd=self.folder,
            env=self._environment(top),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_raised: object) -> None:
        """End the process and remove its folder."""
        self._process.kill()
        self._process.communicate()
        self._place.cleanup()

    def ask(self, step: str, frames: Frames, now: pd.Timestamp, **asked: Any) -> Frames:
        """Hand frames over, let it be ``now`` there, and take what a step makes of them.

        Raises
        ------
        ReplayError
            When the replayed code fails.
        """
        self._count += 1
        folder = self.folder / f"{self._count:05d}"
        folder.mkdir()
        frames_out(frames, folder)
        answer = self._answer(
            {"step": step, "folder": folder.name, "now": str(now), "asked": asked}
        )
        self.refused = answer["refused"]
        if "error" in answer:
            raise ReplayError(answer["error"])
        found = frames_in(folder)
        shutil.rmtree(folder)
        return found

    def _answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        process = self._process
        assert process.stdin is not None  # noqa: S101 - it was opened with pipes
        assert process.stdout is not None  # noqa: S101
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise ReplayError(f"the replay of step {request['step']} ended without an answer")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _environment(self, top: Path) -> dict[str, str]:
        around = self._around
        kernels = {name: said for name, said in os.environ.items() if name.startswith(ARITHMETIC)}
        return kernels | {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(top / "code"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": str(around.hash_seed),
            "TZ": around.time_zone,
            "LC_ALL": around.language,
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder),
            **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
        }
