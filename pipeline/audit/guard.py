"""What a replay may touch: its own folder, the code and Python itself, and nothing else.

Python's audit hook refuses and remembers; where the kernel has Landlock, it refuses as well what
compiled libraries open without Python's knowledge.
"""

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from types import FrameType
from typing import Any

from pipeline.audit.landlock import restrict

SYSTEM = ("/usr", "/lib", "/lib64", "/etc", "/proc", "/sys", "/dev")
"""Folders of the system that libraries read: time zones, processors, shared libraries."""

_READ = {"open", "os.listdir", "os.scandir", "os.chdir"}
_CHANGE = {
    "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate",
    "sqlite3.connect",
}  # fmt: skip
_NEVER = {
    "socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto",
    "subprocess.Popen", "os.system", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn",
    "os.spawn",
}  # fmt: skip
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_HERE = str(Path(__file__).parent)


class Guard:
    """Refuses what a replay may not touch, and remembers who asked for it.

    Parameters
    ----------
    own
        Folder in which alone may be written.
    code
        Folder of the packages that are replayed; frames below it say who asked.
    """

    def __init__(self, own: Path, code: Path) -> None:
        self.own = os.path.realpath(own)
        self.code = os.path.realpath(code)
        self.readable = tuple(_distinct([self.own, self.code, *SYSTEM, *_python()]))
        self.refused: list[str] = []

    def stand(self) -> None:
        """Begin; there is no end, because Python's hooks cannot be removed."""
        restrict(self.readable, self.own)
        sys.addaudithook(self._asked)

    def _asked(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _NEVER:
            self._refuse(f"{event} was called")
        elif event in _READ or event in _CHANGE:
            changing = event in _CHANGE or (event == "open" and _writes(arguments))
            for path in _paths(event, arguments):
                self._check(path, changing=changing)

    def _check(self, path: str, *, changing: bool) -> None:
        if path == os.devnull:
            return
        folders = (self.own,) if changing else self.readable
        real = os.path.realpath(path)
        if not any(real == folder or real.startswith(folder + os.sep) for folder in folders):
            self._refuse(f"{path} was {'written' if changing else 'opened'}")

    def _refuse(self, what: str) -> None:
        said = f"{what} by {self._asker(sys._getframe())}"
        self.refused.append(said)
        raise PermissionError(said)

    def _asker(self, frame: FrameType | None) -> str:
        """Innermost function of the replayed code, as ``file:function``."""
        while frame is not None:
            name = frame.f_code.co_filename
            if name.startswith(self.code + os.sep) and not name.startswith(_HERE):
                return f"{os.path.relpath(name, self.code)}:{frame.f_code.co_name}"
            frame = frame.f_back
        return "a library"


def _writes(arguments: tuple[Any, ...]) -> bool:
    _path, mode, flags = arguments
    return bool(set(mode or "") & set("wax+")) or bool((flags or 0) & _WRITING)


def _paths(event: str, arguments: tuple[Any, ...]) -> list[str]:
    told = arguments[:1] if event in {"open", "os.mkdir"} else arguments
    return [os.fsdecode(each) for each in told if isinstance(each, str | bytes) and each]


def _python() -> list[str]:
    places = [sys.prefix, sys.base_prefix, sys.exec_prefix, *filter(None, sys.path)]
    return [os.path.realpath(place) for place in places]


def _distinct(folders: Iterable[str]) -> list[str]:
    return [folder for folder in dict.fromkeys(folders) if folder != os.sep]
