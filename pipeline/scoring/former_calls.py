"""Calls that version 0.1 kept as files in ``data/calls``, taken over into the ledger once.

Every file is kept: the folder moves beside the ledger when its rows are in it.
"""

import sqlite3
from pathlib import Path
from typing import Any

from pipeline.base.run import log
from pipeline.scoring import ledger
from pipeline.storage import store
from pipeline.storage.folders import writing_in

_EVERY = "**/*.json"


def bring() -> None:
    """Append every call of the former folder that the ledger does not have, and tell of it.

    A file that is no call is named, and stays in the folder that is kept.
    """
    with writing_in(store.LEDGER, alone=True):
        if not ledger.FORMER.is_dir():  # another process has done it meanwhile
            return
        rows = _read(ledger.FORMER)
        with ledger.writing() as database:
            brought = sum(_appended(database, row) for row in rows)
        kept = _free_name(store.LEDGER / "calls-before-0.2")
        ledger.FORMER.rename(kept)
    log.warning(
        "%d published calls were taken over from %s into %s; their files are kept in %s",
        brought,
        ledger.FORMER,
        ledger.FILE,
        kept,
    )


def _read(folder: Path) -> list[dict[str, Any]]:
    """Calls in the order of their publication."""
    rows = []
    for path in sorted(folder.glob(_EVERY)):
        try:
            row = store.parse_json(path.read_text(encoding="utf-8"))
            _place(row)
        except (OSError, ValueError, LookupError, TypeError):
            log.warning("%s is not a call, so it is not taken over; the file is kept", path)
        else:
            rows.append(row)
    return sorted(rows, key=_place)


def _place(row: dict[str, Any]) -> tuple[str, int, str, str]:
    """By what a row revises first: two of one second, or of a clock set back, keep their order."""
    kept = row["ledger"]
    if not isinstance(row["simulated"], bool) or not isinstance(kept["kind"], str):
        raise TypeError
    return (
        str(row["session"]),
        len(kept["revises"]),
        str(kept["published_at"]),
        str(row["model"]["name"]),
    )


def _appended(database: sqlite3.Connection, row: dict[str, Any]) -> bool:
    known = database.execute(
        "SELECT document FROM calls WHERE market = ? AND session = ? AND model = ?",
        ("simulated" if row["simulated"] else "real", row["session"], row["model"]["name"]),
    ).fetchone()
    if known is None:
        ledger.append(database, row)
    elif store.parse_json(known[0]) != row:
        log.warning(
            "the call of %s by model %s is in the ledger with another content, which stands; the "
            "former file is kept",
            row["session"],
            row["model"]["name"],
        )
    return known is None


def _free_name(wanted: Path) -> Path:
    """The name, or with a number when it is taken: nothing kept earlier is written over."""
    path, number = wanted, 1
    while path.exists():
        number += 1
        path = wanted.with_name(f"{wanted.name}-{number}")
    return path
