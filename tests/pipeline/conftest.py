"""A small dask cluster of this machine, for what may be computed on one."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a dask scheduler with two workers, each process of its own and kept alive."""
    folder = tmp_path_factory.mktemp("dask")
    address = f"tcp://127.0.0.1:{free_port()}"
    host, port = ["--host", "127.0.0.1"], ["--port", address.rpartition(":")[2]]
    workers = [address, "--nworkers", "2", "--nthreads", "1", "--local-directory", str(folder)]
    with (
        dask_process("scheduler", *host, *port, folder=folder),
        dask_process("worker", *workers, *host, folder=folder),
    ):
        yield address


@pytest.fixture(scope="session")
def empty_database(once: Callable[[str, Callable[[], None]], Path]) -> Path:
    """MLflow's tables and nothing in them: to be copied, because they take seconds to make."""

    def make() -> None:
        # Only the tests that ask for it wait for MLflow.
        from pipeline.tracking import database  # noqa: PLC0415

        database.make(Path("mlflow.db").absolute())

    return once("mlflow", make) / "mlflow.db"


@contextmanager
def dask_process(kind: str, *arguments: str, folder: Path) -> Iterator[None]:
    """Run a dask scheduler or workers until the block ends, and leave nothing of them."""
    with (folder / f"{kind}.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments, "--no-dashboard"],
            env=os.environ | {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
