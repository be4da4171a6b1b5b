"""A whole fetch: many series side by side, each at its providers' pace."""

import threading
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from itertools import chain, zip_longest
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.base.errors import ConfigurationError
from pipeline.fetching.connections import Connections
from pipeline.fetching.due import recent_sessions
from pipeline.fetching.one_series import Outcome, Task, fetch_series
from pipeline.series.kinds import Series
from pipeline.storage.landing import LIVE


def fetch(
    wanted: Iterable[Series], task: Task, connections: Connections, concurrency: int
) -> Generator[list[Outcome]]:
    """Fetch series side by side; gives what came of each as it is done.

    Stops soon after an interrupt, or when the iterator is closed: what has been stored stays.
    """
    stop = threading.Event()
    # The calendar is made here, once: its warnings are silenced in a way that threads would mix up.
    recent_sessions(task.now)

    def one(series: Series) -> list[Outcome]:
        return list(fetch_series(series, task, connections, stop))

    with only_one_fetch(LIVE), ThreadPoolExecutor(concurrency) as pool:
        jobs = {pool.submit(one, series): series for series in interleaved(wanted)}
        try:
            for job in as_completed(jobs):
                yield job.result()
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise


def interleaved(wanted: Iterable[Series]) -> Iterator[Series]:
    """Series in an order in which neighbours have different first choices, so none waits long."""
    queues: dict[str, list[Series]] = defaultdict(list)
    for series in wanted:
        if series.routes:
            queues[series.routes[0].provider].append(series)
    turns = chain.from_iterable(zip_longest(*queues.values()))
    return (series for series in turns if series is not None)


@contextmanager
def only_one_fetch(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; two fetches at once would overwrite each other's rows.

    Raises
    ------
    ConfigurationError
        When another fetch holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / ".lock", timeout=0):
            yield
    except Timeout:
        raise ConfigurationError(
            f"another `undertow fetch` is at work in {folder}; wait until it is done"
        ) from None
