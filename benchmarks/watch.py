"""What processes take that somebody else started, looked at ten times a second."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

import psutil

_PAUSE = 0.1


class Usage:
    """Processor time and peak memory of a process and its descendants, from now on.

    What one that dies took since the last look is lost.

    Attributes
    ----------
    peak
        Peak resident memory in MiB, of the largest single process.
    """

    def __init__(self, pid: int) -> None:
        self.peak = 0.0
        self._root = psutil.Process(pid)
        self._first: dict[int, float] = {}
        self._last: dict[int, float] = {}
        self.look()
        self._first = dict(self._last)

    @property
    def cpu(self) -> float:
        """Seconds, user and system."""
        return sum(self._last.values()) - sum(self._first.values())

    def look(self) -> None:
        """Take in what each process has taken by now."""
        for process in (self._root, *self._root.children(recursive=True)):
            with suppress(psutil.Error):
                times = process.cpu_times()
                self._last[process.pid] = times.user + times.system
                self.peak = max(self.peak, process.memory_info().rss / 2**20)


@contextmanager
def watched(*pids: int) -> Iterator[list[Usage]]:
    """What each process and its descendants take while the block runs."""
    usages, ended = [Usage(pid) for pid in pids], Event()

    def look() -> None:
        while not ended.wait(_PAUSE):
            for usage in usages:
                usage.look()

    thread = Thread(target=look)
    thread.start()
    try:
        yield usages
    finally:
        ended.set()
        thread.join()
