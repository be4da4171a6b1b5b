"""A dask scheduler and two workers of this machine, each a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from distributed import Client

from benchmarks.project import ROOT

_PATIENCE = 180


@dataclass(frozen=True)
class Cluster:
    """Where the scheduler answers, its process, and the process that keeps two workers alive."""

    address: str
    scheduler: int
    workers: int

    def a_worker(self) -> int:
        """Process of one of the workers, once both are there."""
        with Client(  # type: ignore[no-untyped-call]
            self.address, timeout=_PATIENCE, set_as_default=False
        ) as client:
            client.wait_for_workers(2, timeout=_PATIENCE)
            return int(next(iter(client.run(os.getpid).values())))


@contextmanager
def two_workers() -> Iterator[Cluster]:
    """Run them until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    address = f"tcp://127.0.0.1:{port}"
    two = (address, "--nworkers", "2", "--nthreads", "1", "--host", "127.0.0.1")
    with (
        tempfile.TemporaryDirectory(prefix="undertow-") as folder,
        _process("scheduler", "--host", "127.0.0.1", "--port", port) as scheduler,
        _process("worker", *two, "--local-directory", folder) as workers,
    ):
        yield Cluster(address, scheduler, workers)


@contextmanager
def _process(kind: str, *arguments: str) -> Iterator[int]:
    """A process of dask's and what it starts, until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments, "--no-dashboard"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process.pid
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
