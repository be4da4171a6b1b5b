"""The workers of a dask scheduler that somebody runs, through joblib's own backend for them."""

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from functools import cache, partial
from typing import Any, TypeVar

import dask
from distributed import Client, KilledWorker
from joblib import Parallel, delayed, parallel_config
from joblib._dask import DaskDistributedBackend

from pipeline.base.errors import ConfigurationError
from pipeline.base.versions import environment

Result = TypeVar("Result")

PATIENCE = 10
"""Seconds to wait for the scheduler to answer, and then for a first worker."""

# One task holds what all jobs share, which is large on purpose.
_LARGE = {"distributed.admin.large-graph-warning-threshold": "4GiB"}


class _Backend(DaskDistributedBackend):  # type: ignore[misc]
    """joblib's backend, which as it is waits for ever for a job that dask has given up."""

    def effective_n_jobs(self, n_jobs: int) -> int:
        """At least two: a single job at a time joblib would compute here, not on the worker."""
        return max(2, super().effective_n_jobs(n_jobs))

    def submit(self, func: Callable[..., Any], callback: Callable[..., Any]) -> Future:
        """Send jobs, and tell joblib also of their failure."""
        future: Future = super().submit(func, callback)
        future.add_done_callback(partial(_tell_failure, callback))
        return future

    def retrieve_result_callback(self, out: Any) -> Any:
        """Take a result; raise it when it says why there is none."""
        if isinstance(out, BaseException):
            raise out
        return super().retrieve_result_callback(out)


def check_workers(address: str) -> None:
    """Refuse a scheduler without workers, and workers that would not compute what we would.

    Raises
    ------
    ConfigurationError
        With the worker and what differs.
    """
    with _connected(address) as client:
        _check(client, address)


def on_workers(
    work: Callable[..., Result],
    jobs: Sequence[tuple[Any, ...]],
    shared: tuple[Any, ...],
    address: str,
) -> Generator[Result, None, None]:
    """Results of ``work(*shared, *job)``, as `pipeline.compute.jobs.side_by_side` has them."""
    with _connected(address) as client, _told(address):
        _wait_for_workers(client, address)
        # Sent as a task and not scattered: when every worker that holds it dies, it is made again.
        with dask.config.set(_LARGE):
            sent = client.submit(_same, shared, pure=False)
        calls = (delayed(_alone)(_own(), work, sent, job) for job in jobs)
        parallel = Parallel(
            backend=_Backend(client=client, wait_for_workers_timeout=0),
            pre_dispatch="all",
            return_as="generator",
        )
        yield from parallel(calls)


def _alone(
    expected: dict[str, str],
    work: Callable[..., Result],
    shared: tuple[Any, ...],
    job: tuple[Any, ...],
) -> Result:
    """One job on a worker, none of whose own parts is spread any further."""
    # Workers may join while a run goes on, so each job looks for itself.
    if _own() != expected:
        raise ConfigurationError(f"a dask worker that joined {_difference(_own(), expected)}")
    with parallel_config("sequential"):
        return work(*shared, *job)


def _same(shared: tuple[Any, ...]) -> tuple[Any, ...]:
    return shared


@cache
def _own() -> dict[str, str]:
    return environment()


def _wait_for_workers(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise ConfigurationError(
            f"params.yaml: compute.scheduler {address} has no worker; start one with "
            f"`dask worker {address} --nthreads 1` in the project's folder"
        ) from None


def _check(client: Client, address: str) -> None:
    _wait_for_workers(client, address)
    for worker, found in client.run(_own, on_error="return").items():
        if isinstance(found, BaseException):
            raise ConfigurationError(
                f"dask worker {worker} cannot import the project ({found}); start it with the "
                "Python of the project's .venv"
            )
        if found != _own():
            raise ConfigurationError(f"dask worker {worker} {_difference(found, _own())}")


def _difference(found: dict[str, str], expected: dict[str, str]) -> str:
    name = next(name for name, value in expected.items() if found.get(name) != value)
    return (
        f"has {name} {found.get(name)} where this process has {expected[name]}, so its results "
        "could differ; start it from the same commit and requirements.lock"
    )


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    # What dask tells of lost connections is told in one sentence by the errors raised here.
    for name in ("distributed", "distributed.client", "tornado.application", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(  # type: ignore[no-untyped-call]
            address, timeout=PATIENCE, set_as_default=False, name="undertow"
        )
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"params.yaml: compute.scheduler {address} does not answer ({_first_line(error)}); "
            "start it with `dask scheduler`, or set compute.backend to local"
        ) from None
    with client:
        yield client


@contextmanager
def _told(address: str) -> Iterator[None]:
    """Say what was lost in one sentence."""
    try:
        yield
    except KilledWorker as error:
        raise ConfigurationError(
            f"a job ended every dask worker that took it, at last {error.last_worker.address}; "
            "look at their logs, and give them more memory if it ran out"
        ) from error
    except (CancelledError, OSError) as error:
        raise ConfigurationError(
            f"params.yaml: compute.scheduler {address} was lost on the way "
            f"({type(error).__name__}); what is finished stays, start it and run again"
        ) from error


def _tell_failure(callback: Callable[..., Any], done: Future) -> None:
    error = done.exception()
    if error is not None:
        callback(error)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
