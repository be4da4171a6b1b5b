"""One measurement, of a process or of a call, and repetitions in turn."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_KIB_A_MIB = 1024
_MAXRSS_A_KIB = 1024 if sys.platform == "darwin" else 1
"""macOS counts a process's peak in bytes, Linux in KiB."""


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
    with tempfile.TemporaryFile("w+") as said:
        start = time.perf_counter()
        running = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=said, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(running.pid, 0)
        wall = time.perf_counter() - start
        running.returncode = os.waitstatus_to_exitcode(status)
        if running.returncode != 0:
            said.seek(0)
            last = (said.read().strip() or "nothing").splitlines()[-1]
            raise RuntimeError(f"{' '.join(command)} failed and said: {last}")
    return Sample(wall, usage.ru_utime + usage.ru_stime, _mebibytes(usage))


def call(function: Callable[[], object]) -> Sample:
    """Call a function in this process."""
    wall, cpu = time.perf_counter(), time.process_time()
    function()
    return Sample(time.perf_counter() - wall, time.process_time() - cpu, float("nan"))


def in_turn(cases: Mapping[str, Callable[[], Sample]], repetitions: int) -> dict[str, list[Sample]]:
    """Measure every case once, then every case again, and so on.

    The machine's load drifts over minutes: what is compared must be measured side by side.
    """
    samples: dict[str, list[Sample]] = {name: [] for name in cases}
    for _ in range(repetitions):
        for name, case in cases.items():
            samples[name].append(case())
    return samples


def _mebibytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / _MAXRSS_A_KIB / _KIB_A_MIB
