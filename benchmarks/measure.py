"""One measurement, of a process or of a call, and repetitions in turn."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_TIMED = Path(__file__).with_name("timed.py")


@dataclass(frozen=True)
class Sample:
    """What one run took.

    Attributes
    ----------
    wall
        Seconds that passed. On a shared machine other people's work is in it.
    cpu
        Seconds of processor time, user and system, of the process and the children it waited for.
    peak
        Peak resident memory in MiB, of the largest single process; NaN of a call.
    """

    wall: float
    cpu: float
    peak: float


def python(*arguments: str, folder: Path) -> Sample:
    """Run this Python with some arguments in a folder, from start to exit.

    Raises
    ------
    RuntimeError
        When it fails; the message ends in the last line that it wrote.
    """
    return process([sys.executable, *arguments], folder)


def process(command: Sequence[str], folder: Path) -> Sample:
    """Run a command in a folder, from start to exit; see `python`."""
    environment = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true", "DVC_NO_ANALYTICS": "true"}
    environment.pop("MLFLOW_TRACKING_URI", None)
    with tempfile.TemporaryDirectory() as name:
        result = Path(name) / "result.json"
        timed = [sys.executable, "-I", str(_TIMED), str(result), *command]
        ended = subprocess.run(
            timed, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        if ended.returncode != 0:
            last = (ended.stderr.strip() or ended.stdout.strip() or "nothing").splitlines()[-1]
            raise RuntimeError(f"{' '.join(command)} failed and said: {last}")
        return Sample(**json.loads(result.read_text(encoding="utf-8")))


def call(function: Callable[[], object], seconds: float = 0.0) -> Sample:
    """What a call of a function takes in this process: the mean of as many as fill ``seconds``."""
    wall, cpu, calls, passed = time.perf_counter(), time.process_time(), 0, 0.0
    while calls == 0 or passed < seconds:
        function()
        calls += 1
        passed = time.perf_counter() - wall
    return Sample(passed / calls, (time.process_time() - cpu) / calls, float("nan"))


def in_turn(cases: Mapping[str, Callable[[], Sample]], repetitions: int) -> dict[str, list[Sample]]:
    """Measure every case once, then every case again, and so on.

    The machine's load drifts over minutes: what is compared must be measured side by side.
    """
    samples: dict[str, list[Sample]] = {name: [] for name in cases}
    for _ in range(repetitions):
        for name, case in cases.items():
            samples[name].append(case())
    return samples
