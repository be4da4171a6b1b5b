"""Worker processes of this machine, which begin with the libraries that jobs fit with.

A server imports these once and forks itself for every worker: importing them in each would take
as long as some forty refits. It imports none of the project's own modules, which a worker has to
find where its parent found them.
"""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import BaseContext
from threading import Thread
from typing import Any, TypeVar

from threadpoolctl import threadpool_limits

from pipeline.base.errors import ConfigurationError
from pipeline.base.processes import ORPHANED

Result = TypeVar("Result")

FITTED_WITH = ("hmmlearn.hmm", "lightgbm", "pandas", "pyarrow", "scipy.optimize", "sklearn")
"""What the server imports before it is asked for a worker."""

_work: list[Callable[..., Any]] = []
"""In a worker, the one thing that it does."""


def in_processes(
    work: Callable[..., Result],
    jobs: Sequence[tuple[Any, ...]],
    shared: tuple[Any, ...],
    workers: int,
) -> Generator[Result, None, None]:
    """Results of ``work(*shared, *job)``, as `pipeline.compute.jobs.side_by_side` has them."""
    others = set(multiprocessing.active_children())
    with ProcessPoolExecutor(workers, _served(), _begin, (work, shared)) as pool:
        try:
            sent = deque(pool.submit(_alone, job) for job in jobs)
            while sent:
                yield sent.popleft().result()
        except BrokenProcessPool:
            raise ConfigurationError(
                "a worker process was ended from outside, as a system does that runs out of "
                "memory; close what else needs memory or set compute.workers in params.yaml "
                "lower, and run again: what is finished stays"
            ) from None
        except BaseException:
            # Nobody waits for these jobs any more, and each may take minutes.
            for worker in set(multiprocessing.active_children()) - others:
                worker.kill()
            raise


def _served() -> BaseContext:
    """Where workers come from, and the server that forks them at work.

    Ctrl-C reaches every process of the terminal, and only the one that started the others acts on
    it: they begin with the signal blocked.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*FITTED_WITH])
    # Its own start would unblock the signal.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return context


def _begin(work: Callable[..., Any], shared: tuple[Any, ...]) -> None:
    """Take what all jobs have in common; a worker lives as long as the process that started it."""
    Thread(target=_end_with_parent, name="parent", daemon=True).start()
    # One core a worker; and how many threads share a sum moves its last bits.
    threadpool_limits(1)
    _work.append(partial(work, *shared))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(ORPHANED)


def _alone(job: tuple[Any, ...]) -> Any:
    (work,) = _work
    return work(*job)
