"""Mounts, where the machine allows them."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


class MountError(RuntimeError):
    """A mount that this machine or user may not make."""


@contextmanager
def mounted(words: list[str]) -> Iterator[None]:
    """Mount as the words after ``mount`` say, until the block ends; the last is the place.

    Raises
    ------
    MountError
        When it is not allowed.
    """
    mount(words)
    try:
        yield
    finally:
        subprocess.run(["umount", words[-1]], check=True)


def mount(words: list[str]) -> None:
    """Mount, or remount, as the words after ``mount`` say."""
    try:
        done = subprocess.run(["mount", *words], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise MountError("there is no program `mount`") from None
    if done.returncode != 0:
        raise MountError(f"mounting needs rights that are not here ({done.stderr.strip()})")
