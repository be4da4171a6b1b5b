"""A local MLflow store looked at without MLflow, in milliseconds, before minutes are spent on it.

MLflow tries a database that it cannot use ten times, for a minute and a half, and then says so in
its own words.
"""

import os
import re
import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from pipeline.base.errors import ConfigurationError
from pipeline.base.run import log
from pipeline.tracking import moved
from pipeline.tracking.remedies import RIGHTS, remedy_of

_SQLITE_MAGIC = b"SQLite format 3\0"
_CHAMPION = Path("data") / "champion"
# As long as MLflow itself waits for a database that another process writes to.
_PATIENCE = 20.0


def check(file: Path, uri: str, *experiments: str) -> None:
    """Refuse a database that a run could not be logged to, and tell what was lost beside it.

    A file that is absent or empty is made with the first run.

    Parameters
    ----------
    uri
        Its address, for commands that are told.
    experiments
        Names of those that will be logged to; they need not exist.

    Raises
    ------
    ConfigurationError
        With the remedy of what was found.
    """
    _check_place(file)
    if is_absent(file):
        tell_lost(file)
        return
    with _opened(file) as connection:
        _check_schema(connection, file, uri)
        moved.bring_home(connection, file)
        # Whoever holds the database for longer than MLflow waits would end the run.
        connection.execute("BEGIN IMMEDIATE")
        connection.rollback()
        for name in experiments:
            _check_experiment(connection, name, uri)
        _tell_lost_artifacts(connection, file)


def prepare(file: Path, uri: str) -> None:
    """Make a database that is there fit for MLflow: of this MLflow's schema, and at home here.

    Raises
    ------
    ConfigurationError
        When it is none, is locked or is of another MLflow.
    """
    if is_absent(file):
        return
    _check_kind(file)
    with _opened(file) as connection:
        _check_schema(connection, file, uri)
        moved.bring_home(connection, file)


def is_absent(file: Path) -> bool:
    """Whether MLflow has yet to make the database; an empty file is one that was never made."""
    return not file.exists() or (file.is_file() and file.stat().st_size == 0)


def tell_lost(file: Path) -> bool:
    """Say what it means that a database is not there, where other files show that it once was.

    Returns
    -------
    bool
        Whether it was lost; False where it is there, or where there never was one.
    """
    project = Path(os.environ.get("DVC_ROOT", "."))
    kept = [place for place in (moved.home(file), project / _CHAMPION) if _holds(place)]
    if not kept or not is_absent(file):
        return False
    log.warning(
        "MLflow's database %s is not there, though %s is: a new one begins, without the earlier "
        "runs, versions and verdicts, and the next model is judged as if there were no champion%s; "
        "if you have the file elsewhere, put it back before you train",
        file,
        " and ".join(map(str, kept)),
        f"; the model in {_CHAMPION} goes on scoring until then"
        if kept[-1].name == "champion"
        else "",
    )
    return True


def _tell_lost_artifacts(connection: sqlite3.Connection, file: Path) -> None:
    place = moved.home(file)
    if place.exists() or connection.execute("SELECT 1 FROM runs LIMIT 1").fetchone() is None:
        return
    here = moved.as_location(place)
    if connection.execute(
        "SELECT 1 FROM experiments WHERE artifact_location = ?", (here,)
    ).fetchone():
        log.warning(
            "MLflow's database %s has runs, but their files in %s are gone: no earlier version can "
            "be fetched or compared with, and the next model is judged as if there were no "
            "champion; if you have the folder elsewhere, put it back before you train",
            file,
            place,
        )


def _holds(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(file, timeout=_PATIENCE)) as connection:
            yield connection
    except sqlite3.Error as error:
        raise ConfigurationError(
            f"MLflow's database {file} cannot be used: {error}; {remedy_of(str(error), file)}"
        ) from None


def _check_place(file: Path) -> None:
    places = [file.parent] if not file.exists() else [file, file.parent]
    for place in places:
        if not os.access(place, os.W_OK):
            problem = "is not writable" if place.exists() else "does not exist"
            remedy = RIGHTS if place.exists() else "make it, or name another file in tracking.uri"
            raise ConfigurationError(
                f"runs cannot be logged to {file}: {place} {problem}; {remedy}"
            )
    if file.exists():
        _check_kind(file)


def _check_kind(file: Path) -> None:
    if not _is_sqlite(file):
        raise ConfigurationError(
            f"runs cannot be logged to {file}: it is not a SQLite database; name another file in "
            "tracking.uri of params.yaml, or put back a copy of the database that was there"
        )


def _is_sqlite(file: Path) -> bool:
    if not file.is_file():
        return False
    with file.open("rb") as stream:
        return stream.read(len(_SQLITE_MAGIC)) in {b"", _SQLITE_MAGIC}


def _check_schema(connection: sqlite3.Connection, file: Path, uri: str) -> None:
    """MLflow works with one schema only, whose revision Alembic notes in the database."""
    from importlib.metadata import version  # noqa: PLC0415 - it loads slowly, and a call needs none

    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if not tables:
        return
    found = _revision(connection) if "alembic_version" in tables else None
    installed = f"MLflow {version('mlflow')}"
    newest = _newest_revision()
    if found is not None and newest in {found, None}:
        return
    if found is None:
        half = "experiments" in tables
        problem = "was never finished" if half else "is no database of MLflow's"
        remedy = (
            "put back a copy of it, or name another file in tracking.uri of params.yaml and train "
            "again"
        )
    elif found in _revisions():
        problem = f"is of an older MLflow than {installed} (schema {found}, wanted {newest})"
        remedy = f"copy it, then run `mlflow db upgrade {shlex.quote(uri)}`"
    else:
        problem = f"is of a newer MLflow than {installed} (schema {found}, which it does not know)"
        remedy = "update this project to the version that wrote it and run `make setup`"
    raise ConfigurationError(f"MLflow's database {file} {problem}; {remedy}")


def _revision(connection: sqlite3.Connection) -> str | None:
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return row and str(row[0])


def _newest_revision() -> str | None:
    """The revision that no other builds on; None where MLflow keeps them otherwise."""
    revisions = _revisions()
    newest = set(revisions) - set(revisions.values())
    return newest.pop() if len(newest) == 1 else None


@cache
def _revisions() -> dict[str, str]:
    """Each revision of the installed MLflow and the one before it, read without importing it."""
    spec = find_spec("mlflow")
    folder = (
        Path(spec.origin or "").parent / "store" / "db_migrations" / "versions" if spec else Path()
    )
    texts = (path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    pattern = r"^(down_)?revision = (?:[\"'](\w+)[\"']|None)"
    found = (dict(re.findall(pattern, text, re.MULTILINE)) for text in texts)
    return {each[""]: each.get("down_", "") for each in found if each.get("")}


def _check_experiment(connection: sqlite3.Connection, name: str, uri: str) -> None:
    row = connection.execute(
        "SELECT experiment_id FROM experiments WHERE name = ? AND lifecycle_stage = 'deleted'",
        (name,),
    ).fetchone()
    if row is not None:
        raise ConfigurationError(deleted_experiment(name, str(row[0]), uri))


def deleted_experiment(name: str, number: str, uri: str) -> str:
    """Say in one sentence that an experiment is deleted and how it comes back."""
    return (
        f"MLflow's experiment {name!r} (id {number}) at {uri} is deleted, so that nothing can "
        "be logged to it; bring it back with "
        f"`MLFLOW_TRACKING_URI={shlex.quote(uri)} mlflow experiments restore --experiment-id "
        f"{number}`, or choose another name in tracking.experiment of params.yaml"
    )
