"""Where the project is, as seen from a folder below it or from anywhere else."""

import os
from pathlib import Path

from pipeline.base.errors import ConfigurationError, one_line

_SETTINGS, _GRAPH = "params.yaml", "dvc.yaml"


def not_here(path: Path) -> ConfigurationError:
    """What to raise where a file of every project is absent."""
    return ConfigurationError(
        f"{path} is not here; run from the project's folder, or restore the file with git"
    )


def check_project() -> None:
    """Refuse a working folder that is no project, where a run could leave nothing.

    Raises
    ------
    ConfigurationError
        When it has no ``params.yaml``.
    """
    if not Path(_SETTINGS).is_file():
        raise not_here(Path(_SETTINGS))


def find_project(start: Path) -> Path | None:
    """The project that a folder lies in, as git and DVC find theirs; None for none.

    A folder with ``params.yaml`` is one; above it only where ``dvc.yaml`` stands beside, so that
    another program's ``params.yaml`` is not taken for it.
    """
    here = start.resolve()
    if (here / _SETTINGS).is_file():
        return here
    found = (f for f in here.parents if (f / _SETTINGS).is_file() and (f / _GRAPH).is_file())
    return next(found, None)


def project_of(folder: str | os.PathLike[str]) -> Path:
    """The project that a folder lies in; ``~`` is the user's home.

    Raises
    ------
    ConfigurationError
        When the folder is no path, is not there, or lies in no project.
    """
    try:
        folder = Path(folder).expanduser()
    except (TypeError, RuntimeError) as error:  # no path at all, or the home of an unknown user
        raise ConfigurationError(
            f"{folder!r} is not a folder ({one_line(error)}); give the path of the project's"
        ) from None
    if not folder.is_dir():
        raise ConfigurationError(f"there is no folder {folder}; name the project's")
    found = find_project(folder)
    if found is None:
        raise ConfigurationError(
            f"{folder} is in no project: neither it nor a folder above it holds {_SETTINGS} and "
            f"{_GRAPH}; name the folder that `git clone` made"
        )
    return found


def enter(folder: Path | None) -> None:
    """Work in the project that a folder lies in; None begins where this process stands.

    Outside of any project None stays there, for the command to say what it misses.
    """
    root = find_project(Path.cwd()) if folder is None else project_of(folder)
    if root is not None and root != Path.cwd():
        os.chdir(root)
