"""MLflow's database in a SQLite file: made aside, and there once it is whole."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from mlflow import MlflowClient
from sqlalchemy import Engine, event

from pipeline.storage.folders import fsync, temporary_beside, writing_in
from pipeline.tracking import local_store, moved
from pipeline.tracking.address import environment, sqlite_address

# It prints the traceback of what it raises, which becomes one sentence here.
logging.getLogger("mlflow.store.db.utils").setLevel(logging.CRITICAL)

UNPOOLED = {"MLFLOW_SQLALCHEMYSTORE_POOLCLASS": "NullPool"}
"""MLflow never lets go of a pool, nor that of its connections; so each is closed after its use."""


def make(file: Path) -> None:
    """Have MLflow make its tables; nothing happens when the file is there and not empty.

    It takes some seconds, and MLflow can neither use nor mend a file whose making was cut short.
    """
    if not local_store.is_absent(file):
        return
    local_store.tell_lost(file)
    with writing_in(file.parent, alone=True), temporary_beside(file) as temporary:
        # Another process may have made it while this one waited.
        if local_store.is_absent(file):
            with environment(UNPOOLED), _without_waiting():
                MlflowClient(sqlite_address(temporary)).search_experiments(max_results=1)
            _bring_home(temporary, file)
            temporary.chmod(0o644)
            fsync(temporary)
            temporary.replace(file)
            fsync(file.parent)


@contextmanager
def _without_waiting() -> Iterator[None]:
    """Let SQLite not wait for the disk at each of some five hundred steps.

    For a file that nobody has begun to use: what a loss of power leaves of it is thrown away.
    """
    event.listen(Engine, "connect", _hurry)
    try:
        yield
    finally:
        event.remove(Engine, "connect", _hurry)


def _hurry(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous = OFF")


def _bring_home(temporary: Path, file: Path) -> None:
    """Let MLflow's own experiment, which is there from the start, keep its files here too."""
    place = moved.as_location(moved.home(file))
    with closing(sqlite3.connect(temporary)) as connection, connection:
        connection.execute("UPDATE experiments SET artifact_location = ?", (place,))
