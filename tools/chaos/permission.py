"""No right to write: bits that forbid it, and a read-only mount."""

import ctypes
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from tools.chaos.child import run
from tools.chaos.mounts import MountError, mount, mounted
from tools.chaos.project import Project
from tools.chaos.space import ended_badly
from tools.chaos.tally import Tally

KIND = "no write permission"
_REFUSED = {2}
_CAPABILITY_VERSION_3 = 0x20080522
"""Of capset's header, in linux/capability.h."""


def forbid_writing(project: Project, _chance: Random, tally: Tally) -> None:
    """Let every target run where it may not write."""
    for target in project.targets:
        forbid(project, target, tally)
        if os.geteuid() == 0:
            _read_only(project, target, tally)


def forbid(project: Project, target: str, tally: Tally) -> None:
    """Let a target run with the write bits taken from every file and folder of its project."""
    before = project.before(target)
    with without_write_bits(project.folder):
        ended = run(target, project.folder, before=obey_bits)
    broken = ended_badly(project, target, before, ended, _REFUSED)
    tally.note(KIND, target, f"by its bits, exit code {ended.code}", broken)


def obey_bits() -> None:
    """Give up root's capabilities in this process, so that bits bind it as they bind others.

    Its workers, programs of their own, have them again; they compute and write nothing. Becoming
    another user instead would ask that user to be able to read this Python, and root's home is
    often closed. Linux' capset(2); nothing to do for others than root.
    """
    if os.geteuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    of_this_process, none = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0), bytes(24)
    if libc.capset(of_this_process, none) != 0:
        raise OSError(ctypes.get_errno(), "root could not give up its capabilities")


def _read_only(project: Project, target: str, tally: Tally) -> None:
    before, place = project.before(target), str(project.folder)
    try:
        with mounted(["--bind", place, place]):
            mount(["-o", "remount,ro,bind", place])
            ended = run(target, project.folder)
    except MountError as error:
        tally.skip(f"{KIND} on a read-only mount", str(error))
        return
    broken = ended_badly(project, target, before, ended, _REFUSED)
    tally.note(KIND, target, f"on a read-only mount, exit code {ended.code}", broken)


@contextmanager
def without_write_bits(folder: Path) -> Iterator[None]:
    """Take the right to write from a folder and everything below, until the block ends."""
    everything = [folder, *folder.rglob("*")]
    modes = {path: path.stat().st_mode for path in everything}
    for path in everything:
        path.chmod(modes[path] & ~0o222)
    try:
        yield
    finally:
        for path in everything:
            path.chmod(modes[path])
