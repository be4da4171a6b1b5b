"""Worker processes of this machine, which begin with the libraries that jobs fit with.

A server imports these once and forks itself for every worker: importing them in each would take
as long as some forty refits. It imports none of the project's own modules, which a worker has to
find where its parent found them.
"""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from multiprocessing import forkserver, resource_tracker
from multiprocessing.context import BaseContext
from threading import Thread
from typing import Any, TypeVar

from threadpoolctl import threadpool_limits

from pipeline.base.errors import ConfigurationError
from pipeline.base.processes import ORPHANED

Result = TypeVar("Result")

FITTED_WITH = (
    "hmmlearn.hmm", "lightgbm", "pandas", "pyarrow", "scipy.optimize", "sklearn.linear_model",
)  # fmt: skip
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
    with ProcessPoolExecutor(workers, _context(), _begin, (work, shared)) as pool:
        try:
            sent = deque(_sent(pool, jobs))
            while sent:
                yield sent.popleft().result()
        except BrokenProcessPool:
            raise _ended() from None
        except BaseException:
            # Nobody waits for these jobs any more, and each may take minutes.
            for worker in set(multiprocessing.active_children()) - others:
                worker.kill()
            raise


def _context() -> BaseContext:
    """Where workers come from: a server that is at work, or new processes where none can be."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([*FITTED_WITH])
    # Its own start would let the signal through again.
    resource_tracker.ensure_running()
    try:
        with _uninterrupted():
            forkserver.ensure_running()
    except OSError:
        # Its socket needs a folder for temporary files that has room, and a short path.
        return multiprocessing.get_context("spawn")
    return context


def _sent(pool: ProcessPoolExecutor, jobs: Sequence[tuple[Any, ...]]) -> list[Future[Any]]:
    """Send all jobs, which starts the workers."""
    try:
        with _uninterrupted():
            return [pool.submit(_alone, job) for job in jobs]
    except (EOFError, ConnectionError):
        # What ends the server while it imports ends us too, and here it can be told.
        for name in FITTED_WITH:
            import_module(name)
        raise _ended() from None


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Whoever is started inside never gets Ctrl-C.

    It reaches every process of the terminal, and only the one that started the others acts on it.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _ended() -> ConfigurationError:
    return ConfigurationError(
        "a worker process was ended from outside, as a system does that runs out of memory; close "
        "what else needs memory or set compute.workers in params.yaml lower, and run again: what "
        "is finished stays"
    )


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
