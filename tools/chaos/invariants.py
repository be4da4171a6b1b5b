"""What must hold after any fault: whole files, no litter, nothing lost from the ledger."""

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import pandas as pd

from models.bundle import BundleError, read_bundle
from pipeline.base.processes import LOCK

BUNDLES = ("data/model", "data/states_fit", "data/outlook_fit", "data/champion/simulated")
LEDGER = "data/ledger/ledger.db"
KEPT = ("data/ledger", "data/champion", "data/own")
"""What is no output of any stage: nothing can make it again."""

_PASSING = {
    "data/run.json": ("run_id", "version"),
    "data/call.json": ("version",),
    "data/champion": ("version",),
    LEDGER: ("published_at", "version"),
}
"""Keys that name a moment or a number given by MLflow; two undisturbed runs differ in them."""


@dataclass(frozen=True)
class Contents:
    """What a project's ``data/`` holds.

    Attributes
    ----------
    files
        Digest of each file by path, without what names a moment.
    calls
        Document of each published call by session and model.
    broken
        Sentences on files that cannot be read as what their names say.
    """

    files: Mapping[str, str]
    calls: Mapping[str, str]
    broken: tuple[str, ...]

    @classmethod
    def of(cls, project: Path) -> Self:
        """Read a project's data as any reader would."""
        files, broken = {}, []
        for path in sorted((project / "data").rglob("*")):
            if path.is_file() and not is_temporary(path):
                name = path.relative_to(project).as_posix()
                try:
                    files[name] = _digest(name, path)
                except (OSError, ValueError) as error:
                    broken.append(f"{name} is not whole ({str(error).splitlines()[0][:120]})")
        broken += _broken_bundles(project)
        return cls(files, _calls(project), tuple(broken))


def is_temporary(path: Path) -> bool:
    """Whether no reader would open a file: its name, or its folder's, says that it passes."""
    return path.name.endswith("-journal") or any(
        part.startswith((".", "tmp")) for part in path.parts[-3:]
    )


def litter(project: Path) -> list[str]:
    """Temporary files that lie below ``data/``."""
    found = (path for path in (project / "data").rglob("*") if path.is_file())
    kept = project / LOCK
    return [p.relative_to(project).as_posix() for p in found if is_temporary(p) and p != kept]


def after_a_fault(now: Contents, before: Contents, after: Contents) -> Iterator[str]:
    """Sentences on what a fault broke: every file is the old one or the new one, whole.

    Parameters
    ----------
    now
        What the fault left.
    before, after
        What was there before the stage, and what an undisturbed run of it leaves.
    """
    yield from now.broken
    # Of several calls that a backfill publishes, a fault may leave some.
    yield from _odd_calls(now, before, after)
    for name in {*before.files, *after.files} - {LEDGER}:
        allowed = {contents.files.get(name) for contents in (before, after)}
        if now.files.get(name) not in allowed and not any(name in b for b in now.broken):
            yield f"{name} is {'neither old nor new' if name in now.files else 'gone'}"
    yield from (f"{name} is from nowhere" for name in _unknown(now, before, after))
    yield from lost_calls(now, before)


def after_the_next_run(now: Contents, after: Contents, project: Path) -> Iterator[str]:
    """Sentences on where the run after a fault differs from an undisturbed one."""
    yield from now.broken
    for name in sorted({*now.files, *after.files}):
        if now.files.get(name) != after.files.get(name):
            yield f"{name} differs from an undisturbed run's"
    yield from (f"{name} is litter that the next run left" for name in litter(project))


def lost_calls(now: Contents, before: Contents) -> Iterator[str]:
    """Sentences on published calls that are gone or not letter for letter what they were."""
    for name, published in before.calls.items():
        if now.calls.get(name) != published:
            yield f"{name} was published and is {'changed' if name in now.calls else 'lost'}"


def badly_said(code: int, said: str, allowed: set[int]) -> Iterator[str]:
    """Sentences on how a process told its user of what it could not do."""
    if code not in allowed:
        yield f"exit code {code}, not {' or '.join(map(str, sorted(allowed)))}: {said[-300:]}"
    if "Traceback" in said:
        yield f"a traceback: {said[-300:]}"
    told = [line for line in said.splitlines() if line.startswith("undertow: ")]
    if len(told) != 1 or not said.rstrip().endswith(told[0]):
        yield f"not one sentence at the end: {said[-300:]}"


def _calls(project: Path) -> dict[str, str]:
    with suppress(ValueError):
        return {f"{row[1]} {row[2]}": row[3] for row in _rows(project / LEDGER)}
    return {}


def _rows(path: Path) -> list[tuple[str, str, str, str]]:
    """Market, session, model and document of every call; what a killed writer left is undone."""
    if not path.exists():
        return []
    try:
        with closing(sqlite3.connect(path)) as database:
            return database.execute(
                "SELECT market, session, model, document FROM calls ORDER BY number"
            ).fetchall()
    except sqlite3.Error as error:
        raise ValueError(str(error)) from None


def _ledger(path: Path) -> bytes:
    rows = [(*row[:3], _lasting(json.loads(row[3]), path)) for row in _rows(path)]
    return json.dumps(rows, sort_keys=True).encode()


def _odd_calls(now: Contents, before: Contents, after: Contents) -> Iterator[str]:
    """Sentences on calls that neither stood before nor would have been published."""
    known = [contents.calls for contents in (before, after)]
    for name, published in now.calls.items():
        if _lasting_call(published) not in {
            _lasting_call(calls[name]) for calls in known if name in calls
        }:
            yield f"the call {name} is from nowhere"


def _lasting_call(document: str) -> str:
    return json.dumps(_lasting(json.loads(document), Path(LEDGER)), sort_keys=True)


def _unknown(now: Contents, before: Contents, after: Contents) -> list[str]:
    return sorted(set(now.files) - set(before.files) - set(after.files))


def _broken_bundles(project: Path) -> list[str]:
    broken = []
    for name in BUNDLES:
        if (project / name).is_dir():
            try:
                read_bundle(project / name)
            except (BundleError, OSError, ValueError, KeyError) as error:
                broken.append(f"{name}: the bundle cannot be read ({error})")
    return broken


def _digest(name: str, path: Path) -> str:
    """Digest of what lasts in a file; bytes that were read well before need no reading again."""
    raw = name, hashlib.sha256(path.read_bytes()).hexdigest()
    if raw not in _known:
        lasting = _READERS.get(path.suffix, Path.read_bytes)(path)
        _known[raw] = hashlib.sha256(lasting).hexdigest()
    return _known[raw]


def _parquet(path: Path) -> bytes:
    pd.read_parquet(path)
    return path.read_bytes()


def _json(path: Path) -> bytes:
    text = path.read_text(encoding="utf-8")
    if not text.endswith("\n"):
        raise ValueError("it ends in the middle of a line")
    return json.dumps(_lasting(json.loads(text), path), sort_keys=True).encode()


def _lasting(document: Any, path: Path) -> Any:
    passing = next((keys for part, keys in _PASSING.items() if part in path.as_posix()), ())
    if isinstance(document, dict):
        return {k: _lasting(v, path) for k, v in document.items() if k not in passing}
    return document


def _page(path: Path) -> bytes:
    text = path.read_text(encoding="utf-8")
    if not text.rstrip().endswith("</html>"):
        raise ValueError("it ends in the middle")
    return re.sub(_MOMENT, "", text).encode()


_MOMENT = r"\b[0-9a-f]{32}\b|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\+00:00)?|version \d+"
_known: dict[tuple[str, str], str] = {}
_READERS = {".parquet": _parquet, ".json": _json, ".html": _page, ".db": _ledger}
