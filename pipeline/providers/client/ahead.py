"""Many small files of one provider, asked for side by side and given in their order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_SIDE_BY_SIDE = 6
"""Files under way at a time; a latency of 200 ms would otherwise hold a series to 5 requests a
second, whatever its provider allows. The provider's own pace holds all the same."""


def read_ahead(
    read: Callable[[Item], Result], items: Iterable[Item]
) -> Iterator[tuple[Item, Result]]:
    """Each item with what is read of it, in their order, while the next ones are under way.

    Parameters
    ----------
    read
        Asks for one item; what it raises is raised in the item's turn.
    items
        What is asked for. Whoever stops early has asked for a few that it never sees.
    """
    pool = ThreadPoolExecutor(_SIDE_BY_SIDE)
    under_way: deque[tuple[Item, Future[Result]]] = deque()
    try:
        for item in items:
            under_way.append((item, pool.submit(read, item)))
            if len(under_way) > _SIDE_BY_SIDE:
                yield _next(under_way)
        while under_way:
            yield _next(under_way)
    finally:
        pool.shutdown(cancel_futures=True)


def _next(under_way: deque[tuple[Item, Future[Result]]]) -> tuple[Item, Result]:
    item, job = under_way.popleft()
    return item, job.result()
