"""What the machine must have before a run starts."""

import ctypes
import sys
from pathlib import Path

from pipeline import params
from pipeline.dvc_state import remove_half_written
from pipeline.errors import ConfigurationError
from pipeline.run import stage
from pipeline.tracking.address import check_reachable, tracking_uri


def main() -> None:
    """Refuse at once what would otherwise fail minutes into a run, and mend what can be."""
    check_openmp()
    check_repository(Path.cwd())
    remove_half_written()
    tracking = params.load().tracking
    check_reachable(tracking_uri(tracking.uri), tracking.experiment)


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


if __name__ == "__main__":
    stage(main)
