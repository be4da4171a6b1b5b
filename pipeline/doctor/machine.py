"""What the machine and the folder must have."""

import ctypes
import sys
from pathlib import Path

from pipeline.base.errors import ConfigurationError


def check_openmp() -> None:
    """LightGBM's library needs the system's OpenMP runtime on Linux.

    Raises
    ------
    ConfigurationError
        When it cannot be loaded.
    """
    if sys.platform != "linux":
        return
    try:
        ctypes.CDLL("libgomp.so.1")
    except OSError:
        raise ConfigurationError(
            "the system library libgomp.so.1, which LightGBM needs, is not installed; "
            "on Debian and Ubuntu: apt-get install libgomp1"
        ) from None


def check_repository(folder: Path) -> None:
    """DVC works inside a git repository, which an unpacked archive is not.

    Raises
    ------
    ConfigurationError
        When neither the folder nor one above it is a repository.
    """
    if not any((place / ".git").exists() for place in (folder, *folder.parents)):
        raise ConfigurationError(
            f"{folder} is no git repository, which DVC needs: run `git init && git add . && "
            "git commit -m start` there, then the same again"
        )
