"""A project that was moved, copied or renamed: its MLflow store is at home where it lies now.

MLflow notes with each experiment, run, model and version the absolute place of its files. After a
move they would be read from, and written to, the old place, outside the project; in a copy, the
original's. So the notes are rewritten when the database is first used at its new place.
"""

import sqlite3
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipeline.base.run import log

_HOME = "mlartifacts"
_LOCATIONS = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)
_UNSAFE = "%#?"


def home(file: Path) -> Path:
    """Where the files of a local store's runs lie: beside its database."""
    return file.with_name(_HOME)


def as_location(path: Path) -> str:
    """Write an absolute path as MLflow reads it back; it decodes ``%`` in a plain one."""
    return path.as_uri() if set(_UNSAFE) & set(str(path)) else str(path)


def bring_home(connection: sqlite3.Connection, file: Path) -> None:
    """Rewrite the places that MLflow noted where a database lay before, in one transaction.

    Only experiments in a folder of this project's naming show that; a location that a person chose
    elsewhere stays.

    Raises
    ------
    sqlite3.Error
        When another process holds the database.
    """
    if not _strange(connection, file):
        return
    connection.execute("BEGIN IMMEDIATE")
    # Another process may have done it meanwhile.
    strange = _strange(connection, file)
    for folder in strange:
        for table, column in _LOCATIONS:
            _rewrite(connection, table, column, folder, file.parent)
    connection.commit()
    for folder in strange:
        _tell(_path(folder), file)


def _strange(connection: sqlite3.Connection, file: Path) -> list[str]:
    """Folders, as noted, that held this database's ``mlartifacts`` before."""
    found = connection.execute("SELECT DISTINCT artifact_location FROM experiments").fetchall()
    noted = [location for (location,) in found if location and _path(location).name == _HOME]
    return [
        location.removesuffix(f"/{_HOME}") for location in noted if _was_left(_path(location), file)
    ]


def _was_left(place: Path, file: Path) -> bool:
    """Whether a folder of files is a former home: gone, copied here, or another database's."""
    if not place.is_absolute() or place == home(file):
        return False
    return not place.exists() or home(file).exists() or place.with_name(file.name).exists()


def _rewrite(
    connection: sqlite3.Connection, table: str, column: str, old: str, folder: Path
) -> None:
    known = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
    if column not in known:
        return
    new = as_location(folder)
    # Compared by code points, not as a pattern: a name may hold `_` and `%`.
    connection.execute(
        f"UPDATE {table} SET {column} = ? || substr({column}, ?) "  # noqa: S608 - fixed names
        f"WHERE substr({column}, 1, ?) = ?",
        (new, len(old) + 1, len(old) + 1, f"{old}/"),
    )


def _path(location: str) -> Path:
    """The local path of a noted place; of a remote one, a relative path that is never looked at."""
    if location.startswith("file:"):
        return Path(unquote(urlsplit(location).path))
    return Path(location) if location.startswith("/") else Path("remote")


def _tell(old: Path, file: Path) -> None:
    here = home(file)
    log.info(
        "this project was moved or copied from %s: the files of its MLflow runs are read and "
        "written in %s from now on",
        old,
        here,
    )
    left = old / _HOME
    if left.exists() and not here.exists():
        log.warning("they were not brought along: `cp -r %s %s` copies them", left, here)
    elif left.exists() and not (old / file.name).exists():
        log.warning(
            "%s was written to after the move: `cp -rn %s/. %s/` brings what it holds", left, left,
            here,
        )  # fmt: skip
