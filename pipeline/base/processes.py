"""Processes that belong together: none outlives who started it, and no two stages run at once."""

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

from pipeline.base.errors import ConfigurationError

LOCK = Path("data") / ".stage.lock"
"""What the stage at work holds; the system lets go of it when the stage ends, however it ends."""

ORPHANED = 143
"""Exit code of a process whose starter is gone, as shells have it for the signal to terminate."""

_EVERY = 1.0
"""Seconds between two looks at who started this process."""

_PROJECT = Path("params.yaml")
_HELD = {errno.EACCES, errno.EAGAIN}
_SHELLS = {"sh", "bash", "dash", "zsh", "ksh", "fish"}


def end_with_starter() -> None:
    """End this process soon after DVC, which started it, itself or through a shell, has ended."""
    Thread(target=_watch, args=(_ancestors(),), name="starter", daemon=True).start()


@contextmanager
def at_work(name: str) -> Iterator[None]:
    """Be the only stage at work on this folder's data.

    Two at once would mix their files, or what one reads with what the other writes.

    Raises
    ------
    ConfigurationError
        When another stage is at work, with its name and process.
    """
    if not _PROJECT.exists():
        # The stage says so; nothing is left in a folder that is no project.
        yield
        return
    LOCK.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _hold(descriptor, name)
        yield
    finally:
        os.close(descriptor)


def _hold(descriptor: int, name: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _HELD:
            holder = os.read(descriptor, 200).decode(errors="replace").strip() or "another stage"
            raise ConfigurationError(
                f"{name} cannot start beside {holder}, which is at work on the data of "
                f"{Path.cwd()}; wait for it or end it, then run again"
            ) from None
        # A file system that knows no locks gives none, and nobody waits.
        return
    # Only for the other's message: on a full disk the stage has more to say than this.
    with suppress(OSError):
        os.truncate(descriptor, 0)
        os.write(descriptor, f"{name} (process {os.getpid()})\n".encode())


def _watch(began: tuple[int, ...]) -> None:
    while _ancestors() == began:
        time.sleep(_EVERY)
    # Nobody is left to be told, and whatever holds this process up must not keep it.
    os._exit(ORPHANED)


def starter() -> int:
    """Id of the process that started this one, itself or through a shell."""
    return _ancestors()[-1]


def _ancestors() -> tuple[int, ...]:
    """The parent; with its own parent when it is a shell that waits for this process."""
    parent = os.getppid()
    try:
        said = Path(f"/proc/{parent}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return (parent,)
    # The name stands in brackets and may hold some itself; then state and parent follow.
    name, _, rest = said.partition("(")[2].rpartition(")")
    return (parent, int(rest.split()[1])) if name in _SHELLS else (parent,)
