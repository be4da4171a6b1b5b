"""The ledger: every call as it was published, one file a session and model, never rewritten.

Simulated and real calls have a folder each: a simulated market never enters a real record.

A file appears whole and under its final name in one step (a hard link, which refuses a name that
exists), so a killed run leaves no half a call. Processes that publish at once take turns, so of two
with the same call exactly one publishes it, and of two models the second knows that it revises.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline import store
from pipeline.errors import SchemaError, one_line
from pipeline.folders import settle, temporary_beside, writing_in

Call = dict[str, Any]

LIVE, BACKFILL, REVISED = "live", "backfill", "revised"

_RESTORE = "restore it from the copy that `dvc checkout` keeps"

_EVERY = "????-??-??_*.json"


def folder(*, simulated: bool) -> Path:
    """Where the calls of a simulated market, or of a real one, are kept."""
    return store.CALLS / ("simulated" if simulated else "real")


def find(session: str, model: str, *, simulated: bool) -> Call | None:
    """A session's call by a model as published; None when there is none."""
    path = folder(simulated=simulated) / _name(session, model)
    return _read(path) if path.exists() else None


def publish(call: Call, *, backfill: bool = False) -> Call:
    """Append a call, unless its session and model are there already.

    Parameters
    ----------
    call
        From `pipeline.desk.call.make_call`.
    backfill
        Whether it is made after the fact, by what was known then.

    Returns
    -------
    dict
        The call as it stands in the ledger, with ``ledger``: ``kind`` (``live``, ``backfill``, or
        ``revised`` when another model had called the session before), ``published_at`` and the
        models that it ``revises``.
    """
    session, model, simulated = call["session"], call["model"]["name"], call["simulated"]
    path = folder(simulated=simulated) / _name(session, model)
    with writing_in(path.parent, alone=True):
        earlier = [each["model"]["name"] for each in of_session(session, simulated=simulated)]
        kind = REVISED if earlier else BACKFILL if backfill else LIVE
        published_at = pd.Timestamp.now("UTC").isoformat(timespec="seconds")
        row = call | {"ledger": {"kind": kind, "published_at": published_at, "revises": earlier}}
        _append(row, path)
    return _read(path)


def tidy(*, simulated: bool) -> None:
    """Remove what a publisher left that was killed when its call was already there."""
    with writing_in(folder(simulated=simulated)):
        pass


def of_session(session: str, *, simulated: bool) -> list[Call]:
    """Every call of a session, in the order of their publication."""
    return _sorted(folder(simulated=simulated).glob(f"{session}_*.json"))


def calls(*, simulated: bool) -> list[Call]:
    """Every call, by session and then in the order of their publication."""
    return _sorted(folder(simulated=simulated).glob(_EVERY))


def called_sessions(*, simulated: bool) -> set[str]:
    """Sessions that have a call, without reading any."""
    published = folder(simulated=simulated).glob(_EVERY)
    return {path.name.partition("_")[0] for path in published}


@contextmanager
def told(call: Call) -> Iterator[None]:
    """Say which file is damaged when the block finds that a part of a call is absent.

    Raises
    ------
    SchemaError
        As `pipeline.store.understood`.
    """
    kept = folder(simulated=call["simulated"]) / _name(call["session"], call["model"]["name"])
    with store.understood(kept, _RESTORE):
        yield


def _append(row: Call, path: Path) -> None:
    with temporary_beside(path) as temporary:
        text = json.dumps(row, indent=2, allow_nan=False) + "\n"
        temporary.write_text(text, encoding="utf-8")
        temporary.chmod(0o644)
        settle(temporary)
        # Where the file system knows no locks, another process may have published it first.
        with suppress(FileExistsError):
            path.hardlink_to(temporary)
    settle(path.parent)


def _sorted(paths: Any) -> list[Call]:
    rows = [_read(path) for path in paths]
    return sorted(rows, key=_place)


def _place(row: Call) -> tuple[str, int, str]:
    """By what a row revises first: two of one second, or of a clock set back, keep their order."""
    kept = row["ledger"]
    return row["session"], len(kept["revises"]), kept["published_at"]


def _read(path: Path) -> Call:
    try:
        row = store.parse_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SchemaError(
            f"{path} is not the call that was published ({one_line(error)}); {_RESTORE}"
        ) from None
    if not _is_call(row, path):
        raise SchemaError(f"{path} holds no call of the session and model of its name; {_RESTORE}")
    return row


def _is_call(row: Any, path: Path) -> bool:
    """Whether a document stands where `publish` puts it, with what `publish` adds."""
    try:
        published = pd.Timestamp(row["ledger"]["published_at"])
        _place(row)
        where = folder(simulated=row["simulated"]) / _name(row["session"], row["model"]["name"])
        return path == where and not pd.isna(published)
    except (LookupError, TypeError, ValueError):
        return False


def _name(session: str, model: str) -> str:
    return f"{session}_{model}.json"
