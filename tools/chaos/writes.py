"""Moments of writing: a child's writes are counted, and it dies at a chosen one."""

import mmap
import os
import signal
import struct
import sys
from pathlib import Path
from typing import Any

_COUNT = struct.Struct("q")
_CHANGES = {"os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.chmod"}
_FOR_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Writes:
    """To be called in a child: from then on its writes below a folder are counted.

    Python tells of each one just before it happens (`sys.addaudithook`), so a count names the same
    write in every run.

    Parameters
    ----------
    folder
        Writes elsewhere do not count.
    fatal
        Number, from 1, of the write at which the child dies; None lets it live.
    delay
        Seconds by which it outlives that, to die in the middle of it.
    """

    def __init__(self, folder: Path, fatal: int | None = None, delay: float = 0.0) -> None:
        self._folder = str(folder)
        self._fatal, self._delay = fatal, delay
        # Shared with the child, which adds to it.
        self._memory = mmap.mmap(-1, _COUNT.size)

    def __call__(self) -> None:
        """Begin to count; there is no way to stop."""
        sys.addaudithook(self._hear)

    @property
    def count(self) -> int:
        """How many writes there have been."""
        return int(_COUNT.unpack_from(self._memory)[0])

    def _hear(self, event: str, given: tuple[Any, ...]) -> None:
        if event != "open" and event not in _CHANGES:
            return
        if event == "open" and not given[2] & _FOR_WRITING:
            return
        if not self._is_below(given[0]):
            return
        _COUNT.pack_into(self._memory, 0, self.count + 1)
        if self.count == self._fatal:
            self._die()

    def _is_below(self, path: Any) -> bool:
        if not isinstance(path, str | os.PathLike):
            return False
        name = os.fspath(path)
        return isinstance(name, str) and (not name.startswith("/") or self._folder in name)

    def _die(self) -> None:
        if self._delay == 0.0:
            os.kill(os.getpid(), signal.SIGKILL)
        # Nobody handles this signal, so it ends the child as a kill does.
        signal.setitimer(signal.ITIMER_REAL, self._delay)
