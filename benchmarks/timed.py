"""Run a command and write what it took: a process of its own, because it must be a small one.

Linux counts a parent's memory in its child's peak until the child's own program has begun, so a
large parent would hide how little a command needs.
"""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

_MAXRSS_A_MIB = 1024**2 if sys.platform == "darwin" else 1024
"""macOS counts a process's peak in bytes, Linux in KiB."""


def main(result: str, *command: str) -> int:
    """Write seconds and MiB as JSON to the file ``result``; give back the command's exit code."""
    start = time.perf_counter()
    code = subprocess.run(command, check=False).returncode
    wall = time.perf_counter() - start
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / _MAXRSS_A_MIB
    Path(result).write_text(json.dumps({"wall": wall, "cpu": cpu, "peak": peak}), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
