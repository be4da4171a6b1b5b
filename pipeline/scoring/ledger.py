"""The ledger: every call as it was published, in one SQLite file that only grows.

The file is no output of any stage, so no `dvc` or `git` command takes, adds or changes a row; its
triggers refuse to change or remove one, and each row's digest tells when its bytes are not those
that were published. Simulated and real calls are apart: a simulated market never enters a real
record. SQLite's rollback journal is kept, not its write-ahead log: one file is the whole ledger,
whatever copies it.
"""

import errno
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from hashlib import sha256
from typing import Any

import pandas as pd

from pipeline.base.errors import SchemaError, StorageError, one_line
from pipeline.scoring.document import Call, checked
from pipeline.storage import store

FILE = store.LEDGER / "ledger.db"
FORMER = store.DATA / "calls"
"""Where version 0.1 kept each call as a file, an output of stage ``score``."""

LIVE, BACKFILL, REVISED = "live", "backfill", "revised"
"""Kinds of a row: published in time, made afterwards, or another model's later view."""

_VERSION = 1
_BATCH = 500
_PATIENCE = 30.0
"""Seconds to wait for another process that publishes."""

_KEEP = "put a copy of it back, and do not delete it: every published call is in it"
_SCHEMA = """
CREATE TABLE calls (
    number INTEGER PRIMARY KEY,
    market TEXT NOT NULL CHECK (market IN ('simulated', 'real')),
    session TEXT NOT NULL,
    model TEXT NOT NULL,
    kind TEXT NOT NULL,
    published_at TEXT NOT NULL,
    document TEXT NOT NULL,
    digest TEXT NOT NULL,
    UNIQUE (market, session, model)
);
CREATE TRIGGER calls_never_change BEFORE UPDATE ON calls
BEGIN SELECT RAISE(ABORT, 'a published call never changes'); END;
CREATE TRIGGER calls_never_go BEFORE DELETE ON calls
BEGIN SELECT RAISE(ABORT, 'a published call is never removed'); END;
CREATE TRIGGER calls_stand BEFORE INSERT ON calls
WHEN EXISTS (
    SELECT 1 FROM calls WHERE number = NEW.number
    OR (market = NEW.market AND session = NEW.session AND model = NEW.model)
)
BEGIN SELECT RAISE(ABORT, 'a published call is never replaced'); END;
"""
_FORBIDDEN = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")


def find(session: str, model: str, *, simulated: bool) -> Call | None:
    """A session's call by a model as published; None when there is none."""
    found = _select("session = ? AND model = ?", (session, model), simulated=simulated)
    return checked(found[0], FILE) if found else None


def publish(call: Call, kind: str = LIVE) -> Call:
    """Append a call, unless its session and model are there already.

    Parameters
    ----------
    call
        From `pipeline.scoring.call.make_call`.
    kind
        `LIVE` or `BACKFILL`; a session that another model has called is `REVISED` instead.

    Returns
    -------
    Call
        The call as it stands in the ledger, with ``ledger``: ``kind``, ``published_at`` and the
        models that it ``revises``.
    """
    _bring_former()
    session, model, simulated = call["session"], call["model"]["name"], call["simulated"]
    with writing() as database:
        rows = database.execute(
            "SELECT model FROM calls WHERE market = ? AND session = ? ORDER BY number",
            (_market(simulated=simulated), session),
        )
        earlier = [name for (name,) in rows]
        if model not in earlier:
            published_at = pd.Timestamp.now("UTC").isoformat(timespec="seconds")
            kept = {
                "kind": REVISED if earlier else kind,
                "published_at": published_at,
                "revises": earlier,
            }
            append(database, {**call, "ledger": kept})
    published = find(session, model, simulated=simulated)
    if published is None:
        raise SchemaError(f"{FILE} does not hold the call that was just written to it; {_KEEP}")
    return published


def append(database: sqlite3.Connection, row: Mapping[str, Any]) -> None:
    """Write one row with its ``ledger`` part, inside a transaction of `writing`."""
    document = json.dumps(row, allow_nan=False)
    kept = row["ledger"]
    values = (
        _market(simulated=row["simulated"]),
        row["session"],
        row["model"]["name"],
        kept["kind"],
        kept["published_at"],
        document,
        _digest(document),
    )
    database.execute(
        "INSERT INTO calls (market, session, model, kind, published_at, document, digest)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        values,
    )


def of_session(session: str, *, simulated: bool) -> list[Call]:
    """Every call of a session, in the order of their publication."""
    return [checked(each, FILE) for each in documents(session, simulated=simulated)]


def documents(session: str, *, simulated: bool) -> list[dict[str, Any]]:
    """As `of_session`, to the last number as published and unchecked."""
    return _select("session = ?", (session,), simulated=simulated)


def calls(*, simulated: bool) -> list[Call]:
    """Every call, by session and then in the order of their publication."""
    return list(each_call(simulated=simulated))


def each_call(*, simulated: bool, newest: int | None = None) -> Iterator[Call]:
    """As `calls`, or the last of them, with a batch in memory at a time: one has some 20 kB."""
    query = "SELECT number FROM calls WHERE market = ? ORDER BY session, number"
    numbers = [number for (number,) in _rows(query, (_market(simulated=simulated),))]
    numbers = numbers if newest is None else numbers[-newest:]
    for first in range(0, len(numbers), _BATCH):
        batch = tuple(numbers[first : first + _BATCH])
        marks = ", ".join("?" * len(batch))
        for document in _select(f"number IN ({marks})", batch, simulated=simulated):
            yield checked(document, FILE)


def count(*, simulated: bool) -> int:
    """How many calls there are, without reading any."""
    found = _rows("SELECT COUNT(*) FROM calls WHERE market = ?", (_market(simulated=simulated),))
    return int(found[0][0]) if found else 0


def called_sessions(*, simulated: bool) -> set[str]:
    """Sessions that have a call, without reading any."""
    market = _market(simulated=simulated)
    found = _rows("SELECT DISTINCT session FROM calls WHERE market = ?", (market,))
    return {session for (session,) in found}


@contextmanager
def writing() -> Iterator[sqlite3.Connection]:
    """Hold the ledger for writing, made if need be; all of the block is written, or nothing."""
    _make_folder()
    with _open() as database:
        database.execute("BEGIN IMMEDIATE")
        try:
            if not _version(database):
                _make(database)
            yield database
            database.execute("COMMIT")
        except BaseException:
            # On a full disk SQLite has rolled back by itself.
            if database.in_transaction:
                database.execute("ROLLBACK")
            raise


def _make_folder() -> None:
    """Make the ledger's folder; a name that is taken by something else is told."""
    try:
        FILE.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise StorageError(
            f"{FILE.parent} is no folder: it is a file, or a link to a place that is not there; "
            "bring that place back (the ledger may be in it), or give another folder this name"
        ) from None


def _bring_former() -> None:
    """Take over the calls that version 0.1 kept as files."""
    if FORMER.is_dir():
        # Once in a project's life.
        from pipeline.scoring.former_calls import bring  # noqa: PLC0415

        bring()


def _make(database: sqlite3.Connection) -> None:
    """Make the table inside the transaction that is open."""
    statement = ""
    for line in _SCHEMA.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            database.execute(statement)
            statement = ""
    database.execute(f"PRAGMA user_version = {_VERSION}")


@contextmanager
def _open() -> Iterator[sqlite3.Connection]:
    """Open the file; what SQLite says of it becomes one sentence."""
    try:
        with closing(sqlite3.connect(FILE, timeout=_PATIENCE, isolation_level=None)) as database:
            database.execute("PRAGMA synchronous = FULL")
            if _version(database) > _VERSION:
                raise SchemaError(
                    f"{FILE} was written by a newer undertow (its version is "
                    f"{_version(database)}, this one knows {_VERSION}); update undertow"
                )
            yield database
    except sqlite3.OperationalError as error:
        raise _as_sentence(error) from error
    except sqlite3.DatabaseError as error:
        raise SchemaError(f"{FILE} is damaged ({one_line(error)}); {_KEEP}") from error


def _as_sentence(error: sqlite3.OperationalError) -> Exception:
    name = getattr(error, "sqlite_errorname", "")
    if name == "SQLITE_FULL":
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(FILE))
    if name.startswith("SQLITE_IOERR"):
        return StorageError(
            f"{FILE} cannot be written ({one_line(error)}): look at the disk and at the limit on "
            "file sizes (`ulimit -f`), and run the same again; every published call is whole"
        )
    if FILE.is_dir():
        return SchemaError(f"{FILE} is a folder and no ledger; move it away or put a copy back")
    if name.startswith(_FORBIDDEN):
        return OSError(errno.EACCES, os.strerror(errno.EACCES), str(FILE))
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StorageError(
            f"{FILE} has been held by another process for {_PATIENCE:g} seconds; "
            "wait until that has ended and run the same again"
        )
    return SchemaError(f"{FILE} cannot be read ({one_line(error)}); {_KEEP}")


def _version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def _select(where: str, values: tuple[str | int, ...], *, simulated: bool) -> list[dict[str, Any]]:
    rows = _rows(
        "SELECT session, model, document, digest FROM calls"  # noqa: S608 - fixed texts
        f" WHERE market = ? AND {where} ORDER BY session, number",
        (_market(simulated=simulated), *values),
    )
    return [_read(*row) for row in rows]


def _rows(query: str, values: tuple[str | int, ...]) -> list[tuple[Any, ...]]:
    """What a query finds; nothing where there is no ledger, or one that a kill left unmade."""
    _bring_former()
    if not FILE.exists():
        if FILE.parent.is_symlink() or FILE.parent.is_file():
            _make_folder()
        return []
    with _open() as database:
        return database.execute(query, values).fetchall() if _version(database) else []


def _read(session: str, model: str, document: str, digest: str) -> dict[str, Any]:
    if _digest(document) != digest:
        raise SchemaError(
            f"{FILE}: the call of {session} by model {model} is not as it was published; {_KEEP}"
        )
    return store.parse_json(document)


def _market(*, simulated: bool) -> str:
    return "simulated" if simulated else "real"


def _digest(document: str) -> str:
    return sha256(document.encode()).hexdigest()
