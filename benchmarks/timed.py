"""Run a command and write what it took: a process of its own, because it must be a small one.

Linux counts a parent's memory in its child's peak until the child's own program has begun, so a
large parent would hide how little a command needs.
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

_MAXRSS_A_MIB = 1024**2 if sys.platform == "darwin" else 1024
"""macOS counts a process's peak in bytes, Linux in KiB."""


_BECOME_REAPER = 36
"""Linux: what a process leaves behind becomes our child, so that its processor time counts."""

_PATIENCE = 2.0
"""Seconds that what a command left behind has to end."""


def main(result: str, *command: str) -> int:
    """Write seconds and MiB as JSON to the file ``result``; give back the command's exit code."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_BECOME_REAPER, 1, 0, 0, 0)
    start = time.perf_counter()
    code = subprocess.run(command, check=False).returncode
    wall = time.perf_counter() - start
    _wait_for_orphans()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / _MAXRSS_A_MIB
    Path(result).write_text(json.dumps({"wall": wall, "cpu": cpu, "peak": peak}), encoding="utf-8")
    return code


def _wait_for_orphans() -> None:
    """Workers' server is one: it ends a moment after the process that it served."""
    deadline = time.perf_counter() + _PATIENCE
    while time.perf_counter() < deadline:
        try:
            ended, _status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not ended:
            time.sleep(0.01)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
