"""No right to write: another user, a read-only mount, or bits that bind an ordinary user."""

import os
import pwd
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from random import Random

from tests.chaos.child import run
from tests.chaos.mounts import MountError, mount, mounted
from tests.chaos.project import Project
from tests.chaos.space import ended_badly
from tests.chaos.tally import Tally

KIND = "no write permission"
_REFUSED = {2}


def forbid_writing(project: Project, _chance: Random, tally: Tally) -> None:
    """Let every target run where it may not write."""
    for target in project.targets:
        forbid(project, target, tally)
        if os.geteuid() == 0:
            _read_only(project, target, tally)


def forbid(project: Project, target: str, tally: Tally) -> None:
    """Let a target run as a user who may not write; bits bind everyone but root."""
    before = project.before(target)
    if os.geteuid() == 0 and not _can_nobody_run_python():
        tally.skip(f"{KIND} as another user", "that user may not read this Python")
        return
    if os.geteuid() == 0:
        how, ended = "as another user", run(target, project.folder, before=as_nobody)
    else:
        with without_write_bits(project.folder):
            how, ended = "by its bits", run(target, project.folder)
    broken = ended_badly(project, target, before, ended, _REFUSED)
    tally.note(KIND, target, f"{how}, exit code {ended.code}", broken)


@cache
def _can_nobody_run_python() -> bool:
    """Whether another user can import what a target imports late, such as sqlite3."""
    tried = [sys.executable, "-c", "import sqlite3"]
    return subprocess.run(tried, preexec_fn=as_nobody, check=False).returncode == 0


def as_nobody() -> None:
    """Become a user who owns nothing; only root can."""
    nobody = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)


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
