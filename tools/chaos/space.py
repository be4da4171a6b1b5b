"""A disk that is full: a small memory disk where allowed, a limit on file sizes everywhere."""

import resource
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from tools.chaos.child import Ended, run
from tools.chaos.invariants import Contents, after_a_fault, badly_said
from tools.chaos.kills import aftermath
from tools.chaos.mounts import MountError, mounted
from tools.chaos.project import Project
from tools.chaos.tally import Tally

DISK, LIMIT = "disk full", "file size limit"
_MOST = 4_000_000
_ROOM = 64_000_000
_REFUSED = {2}


def fill_disk(project: Project, chance: Random, tally: Tally, each: int) -> None:
    """Let every target run on a disk that is nearly full."""
    try:
        with _small_disk(project):
            for target in project.targets:
                for _time in range(each):
                    _on_full_disk(project, target, _bytes(chance), tally)
    except MountError as error:
        tally.skip(DISK, str(error))


def limit_files(project: Project, chance: Random, tally: Tally, each: int) -> None:
    """Let every target run where no file may grow beyond a limit."""
    for target in project.targets:
        for _time in range(each):
            limit(project, target, _bytes(chance), tally)


def limit(project: Project, target: str, size: int, tally: Tally) -> None:
    """Let a target run where no file may grow beyond a number of bytes."""
    before = project.before(target)
    ended = run(target, project.folder, before=_limited(size))
    broken = ended_badly(project, target, before, ended, _REFUSED)
    tally.note(LIMIT, target, f"of {size} bytes, exit code {ended.code}", broken)


def ended_badly(
    project: Project, target: str, before: Contents, ended: Ended, refused: set[int]
) -> Iterator[str]:
    """Sentences on a process that could not write: what it said and what it left."""
    if ended.code != 0:
        yield from badly_said(ended.code, ended.said, refused)
    yield from aftermath(project, target, before)


def _on_full_disk(project: Project, target: str, free: int, tally: Tally) -> None:
    before = project.before(target)
    passing = project.folder / ".passing"
    passing.mkdir()
    ballast = project.folder / ".ballast"
    _fill(ballast, shutil.disk_usage(project.folder).free - free)
    ended = run(target, project.folder, before=lambda: setattr(tempfile, "tempdir", str(passing)))
    broken = list(after_a_fault(Contents.of(project.folder), before, project.after(target)))
    ballast.unlink()
    broken += ended_badly(project, target, before, ended, _REFUSED)
    tally.note(DISK, target, f"but for {free} bytes, exit code {ended.code}", broken)


@contextmanager
def _small_disk(project: Project) -> Iterator[None]:
    project.put_back("second")
    used = sum(p.stat().st_size for p in project.folder.rglob("*") if p.is_file())
    size = 2 * used + _ROOM
    with mounted(["-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(project.folder)]):
        yield


def _fill(ballast: Path, size: int) -> None:
    with ballast.open("wb") as file:
        for start in range(0, size, 1 << 20):
            file.write(bytes(min(1 << 20, size - start)))


def _bytes(chance: Random) -> int:
    """A size between nothing and more than any file needs, small ones as likely as large."""
    return int(_MOST ** chance.random()) - 1


def _limited(size: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
