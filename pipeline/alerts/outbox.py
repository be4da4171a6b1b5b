"""What was told to whom, and what still has to be: one SQLite file outside the graph.

An alert is written with the channels of its evening before anything is sent, and each channel is
ticked off when it has taken it. A channel that failed is tried again by the next command; a kill
between a channel's answer and its tick tells it twice, never not at all.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager

import pandas as pd

from pipeline.alerts.alert import Alert
from pipeline.base.errors import StorageError, one_line
from pipeline.storage import store

FILE = store.DATA / "alerts" / "outbox.db"

KEPT = pd.Timedelta("7D")
"""An alert that no channel has taken for so long is out of date, and not tried again."""

_PATIENCE = 60.0
"""Seconds to wait for another process that sends."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS alerts (
    key TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    day TEXT NOT NULL,
    text TEXT NOT NULL,
    details TEXT NOT NULL,
    simulated INTEGER NOT NULL,
    raised_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS deliveries (
    key TEXT NOT NULL REFERENCES alerts,
    channel TEXT NOT NULL,
    sent_at TEXT,
    PRIMARY KEY (key, channel)
);
"""

Waiting = dict[str, list[Alert]]
"""Alerts that each channel has not taken yet, oldest first, by the channel's name."""


def unknown(alerts: Iterable[Alert]) -> list[Alert]:
    """Those that were never raised before."""
    if not FILE.exists():
        return list(alerts)
    with _writing() as database:
        known = {key for (key,) in database.execute("SELECT key FROM alerts")}
    return [alert for alert in alerts if alert.key not in known]


def waiting() -> Waiting:
    """What still has to be told to whom."""
    if not FILE.exists():
        return {}
    with _writing() as database:
        return _waiting(database)


def add(alerts: Sequence[Alert], channels: Sequence[str]) -> None:
    """Write down alerts that were never raised before, to be told on some channels or on none."""
    with _writing() as database:
        for alert in alerts:
            added = database.execute(
                "INSERT OR IGNORE INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    alert.key,
                    alert.kind,
                    alert.day,
                    alert.text,
                    json.dumps(alert.details),
                    alert.simulated,
                    _now().isoformat(timespec="seconds"),
                ),
            ).rowcount
            if added:
                database.executemany(
                    "INSERT INTO deliveries VALUES (?, ?, NULL)",
                    [(alert.key, channel) for channel in channels],
                )


def deliver(send: Callable[[Waiting], Mapping[str, str]]) -> dict[str, str]:
    """Have what waits sent, while no other process sends, and tick off what was taken.

    Parameters
    ----------
    send
        Given what waits; gives why each channel has failed, empty for one that has not. So does
        this.
    """
    with _writing() as database:
        pending = _waiting(database)
        failed = dict(send(pending)) if pending else {}
        database.executemany(
            "UPDATE deliveries SET sent_at = ? WHERE key = ? AND channel = ?",
            [
                (_now().isoformat(timespec="seconds"), alert.key, channel)
                for channel, reason in failed.items()
                if not reason
                for alert in pending[channel]
            ],
        )
    return failed


def _waiting(database: sqlite3.Connection) -> Waiting:
    rows = database.execute(
        "SELECT channel, key, kind, day, text, details, simulated FROM deliveries"
        " JOIN alerts USING (key) WHERE sent_at IS NULL AND raised_at >= ? ORDER BY alerts.rowid",
        ((_now() - KEPT).isoformat(timespec="seconds"),),
    )
    found: Waiting = {}
    for channel, key, kind, day, text, details, simulated in rows:
        alert = Alert(key, kind, day, text, tuple(json.loads(details)), bool(simulated))
        found.setdefault(channel, []).append(alert)
    return found


@contextmanager
def _writing() -> Iterator[sqlite3.Connection]:
    """Hold the file, made if need be; all of the block is written, or nothing.

    Raises
    ------
    StorageError
        When it is held by another process, damaged, or may not be written.
    """
    try:
        FILE.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(FILE, timeout=_PATIENCE, isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            for statement in filter(str.strip, _SCHEMA.split(";")):
                database.execute(statement)
            yield database
            # Without it SQLite takes the block back when the file is closed.
            database.execute("COMMIT")
    except (sqlite3.Error, FileExistsError, NotADirectoryError) as error:
        raise StorageError(
            f"{FILE} cannot be used ({one_line(error)}); if another process holds it, wait, else "
            "move it away: only which alerts were sent is in it"
        ) from error


def _now() -> pd.Timestamp:
    return pd.Timestamp.now("UTC")
