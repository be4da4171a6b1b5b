"""Writing into a folder, beside others or alone; what killed writers left is removed."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.base.errors import StorageError

_PASSING = ".part"
"""How names of temporary files end (SQLite adds to it); `.dvcignore` and `.gitignore` know it."""

_SHOWN = 80


def inside(folder: Path, *names: str) -> Path:
    """A path below a folder, made of names of which each is one plain part.

    Raises
    ------
    StorageError
        When a name is empty, is or holds a step elsewhere, or would be no name on disk.
    """
    for name in names:
        if name in {"", ".", ".."} or not name.isprintable() or set(name) & {"/", "\\"}:
            raise StorageError(
                f"{repr(name)[:_SHOWN]} cannot name a file in {folder}; it must be one plain name "
                "without slashes"
            )
    return folder.joinpath(*names)


def refuse_outside(path: Path) -> None:
    """Refuse to write where steps upwards lead, whatever made the path.

    Raises
    ------
    StorageError
        When the path has a step upwards.
    """
    if ".." in path.parts:
        raise StorageError(
            f"{str(path)!r} leads out of its folder by '..'; name the place without it"
        )


@contextmanager
def writing_in(folder: Path, *, alone: bool = False) -> Iterator[None]:
    """Hold a folder, made if need be, while something is written into it.

    The system lets go of a folder when its holder ends, however it ends. Whoever holds one alone
    thus knows that every temporary file there was left by a killed writer, and removes it.

    Parameters
    ----------
    folder
        Readers do not ask for it and never wait.
    alone
        Whether to wait until nobody else writes there; otherwise writers stand side by side. It
        must not be asked for again inside the block: it would wait for itself.
    """
    refuse_outside(folder)
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if _held(descriptor, fcntl.LOCK_EX | (0 if alone else fcntl.LOCK_NB)):
            _sweep(folder)
        if not alone:
            _held(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def temporary_beside(path: Path) -> Iterator[Path]:
    """Give an empty temporary file beside ``path``; it is gone when the block ends.

    An `OSError` inside the block names ``path``, which is the name that a user knows.
    """
    temporary = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=_PASSING, dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        yield temporary
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def mode_of_new_files() -> int:
    """Rights that this process gives to a new file: reading and writing, less its umask."""
    # The umask is told only by setting one; meanwhile others' files are too private, if anything.
    umask = os.umask(0o077)
    os.umask(umask)
    return 0o666 & ~umask


def fsync(path: Path) -> None:
    """Wait until a file's content, or a folder's names, would outlast a loss of power."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _held(descriptor: int, how: int) -> bool:
    """Whether a lock was given; a file system without locks gives none, and no writer waits."""
    try:
        fcntl.flock(descriptor, how)
    except OSError:
        return False
    return True


def _sweep(folder: Path) -> None:
    for left in folder.glob(f".*{_PASSING}*"):
        # What this user may not remove is in nobody's way.
        with suppress(OSError):
            left.unlink()
