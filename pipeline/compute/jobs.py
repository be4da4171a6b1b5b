"""Jobs side by side: in processes of this machine, or on the workers of a dask scheduler.

The results are the same, in the same order, wherever and by however many they were computed.
"""

from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from typing import Any, TypeVar

from pipeline.base.errors import ConfigurationError
from pipeline.compute.workers import in_processes
from pipeline.params import Compute

Result = TypeVar("Result")

ALONE = Compute(backend="local", workers=1, scheduler=None)
"""One job after the other in this process: for work that is one of many jobs itself."""


def check(settings: Compute) -> None:
    """Refuse what cannot compute, before any work begins.

    Raises
    ------
    ConfigurationError
        When ``distributed`` is not installed, the scheduler does not answer or has no worker, or
        a worker would compute with other code or packages than this process.
    """
    if settings.backend == "dask":
        address = _scheduler(settings)
        from pipeline.compute.cluster import check_workers  # noqa: PLC0415 - dask is an extra

        check_workers(address)


def side_by_side(
    work: Callable[..., Result],
    jobs: Sequence[tuple[Any, ...]],
    shared: tuple[Any, ...],
    settings: Compute,
) -> Iterator[Result]:
    """Results of ``work(*shared, *job)``: in the order of the jobs, each as soon as it is there.

    Parameters
    ----------
    work
        A module's function that only computes. A job whose worker dies is computed again by
        another one, so whatever else it did would be done twice.
    jobs
        The arguments that differ, one tuple a job; each travels on its own, so they are small.
    shared
        The arguments that all jobs have in common; they travel once.
    settings
        Where to compute.

    Raises
    ------
    ConfigurationError
        As `check`, or when the scheduler is lost on the way, or a job kills its workers.
    """
    if settings.backend == "dask":
        address = _scheduler(settings)
        from pipeline.compute.cluster import on_workers  # noqa: PLC0415 - dask is an extra

        yield from on_workers(work, jobs, shared, address)
    elif settings.workers > 1:
        yield from in_processes(work, jobs, shared, settings.workers)
    else:
        yield from (work(*shared, *job) for job in jobs)


def _scheduler(settings: Compute) -> str:
    if settings.scheduler is None:
        raise ConfigurationError(
            "params.yaml: compute.backend is dask, but compute.scheduler is null; write the "
            "scheduler's address there, such as tcp://127.0.0.1:8786"
        )
    if find_spec("distributed") is None:
        raise ConfigurationError(
            "params.yaml: compute.backend is dask, which needs distributed, and that is not "
            "installed; run `make setup`, or pip install 'undertow[dask]'"
        )
    return settings.scheduler
