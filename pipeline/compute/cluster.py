"""The workers of a dask scheduler that somebody runs."""

import logging
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from functools import cache
from itertools import islice
from typing import Any, TypeVar

import dask
from distributed import Client, Future, KilledWorker

from pipeline.base.errors import ConfigurationError
from pipeline.base.versions import environment

Result = TypeVar("Result")

PATIENCE = 10
"""Seconds to wait for the scheduler to answer, and then for a first worker."""

_IN_FLIGHT = 4
"""Most jobs of each thread that wait, run, or whose results wait for an earlier one."""

# One task holds what all jobs share, which is large on purpose.
_LARGE = {"distributed.admin.large-graph-warning-threshold": "4GiB"}


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
            common = client.submit(_same, (_own(), work, shared), pure=False)
        yield from _in_order(client, common, iter(jobs))


def _in_order(
    client: Client, common: Future, jobs: Iterator[tuple[Any, ...]]
) -> Generator[Any, None, None]:
    """Results in the order of the jobs, few of which are under way or finished at a time."""
    sent: deque[Future] = deque()
    ahead = 0
    while True:
        if 2 * len(sent) <= ahead:
            # Asked again each time, for workers come and go.
            ahead = _IN_FLIGHT * max(_threads(client), 1)
            for job in islice(jobs, max(ahead - len(sent), 0)):
                sent.append(client.submit(_alone, common, job, pure=False))
        if not sent:
            return
        yield sent.popleft().result()


def _threads(client: Client) -> int:
    return sum(client.nthreads().values())  # type: ignore[no-untyped-call]


def _alone(
    common: tuple[dict[str, str], Callable[..., Result], tuple[Any, ...]], job: tuple[Any, ...]
) -> Result:
    """One job on a worker."""
    expected, work, shared = common
    # Workers may join while a run goes on, so each job looks for itself.
    if _own() != expected:
        raise ConfigurationError(f"a dask worker that joined {_difference(_own(), expected)}")
    return work(*shared, *job)


def _same(common: tuple[Any, ...]) -> tuple[Any, ...]:
    return common


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


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
