"""Files on disk: written whole or not at all, read with one clear sentence when absent."""

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from pipeline.errors import DataMissingError, SchemaError

DATA = Path("data")
RAW = DATA / "raw"
PANEL = DATA / "panel.parquet"
OBSERVED = DATA / "observed.parquet"
FEATURES = DATA / "features.parquet"
SCENARIOS = DATA / "scenarios.parquet"
STATES = DATA / "states.parquet"
STATES_FIT = DATA / "states_fit"
OUTLOOK = DATA / "outlook.parquet"
OUTLOOK_FIT = DATA / "outlook_fit"
AUDIT = DATA / "audit.json"
TIERS = DATA / "tiers.json"
METRICS = DATA / "metrics.json"
PLOTS = DATA / "plots"
MODEL = DATA / "model"
RUN = DATA / "run.json"
CALLS = DATA / "calls"
REPORT = DATA / "report"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path`` and rename it to ``path`` when the block ends well.

    A run killed anywhere leaves either the old file or the new one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame, its index as a column when it has a name."""
    with replacing(path) as temporary:
        frame.reset_index(drop=frame.index.name is None).to_parquet(temporary, index=False)


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a small table for plots, numbers to nine digits so that a rerun compares."""
    write_text(frame.to_csv(index=False, float_format="%.9g"), path)


def write_json(document: Any, path: Path) -> None:
    """Write a JSON document, keys in the order given."""
    write_text(json.dumps(document, indent=2, allow_nan=False) + "\n", path)


def write_text(text: str, path: Path) -> None:
    """Write a text file."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def read_parquet(path: Path, columns: list[str] | None = None) -> pd.DataFrame:
    """Read a frame that a stage left.

    Raises
    ------
    DataMissingError
        When the file is not there.
    SchemaError
        When it is not a parquet file.
    """
    return _read(path, lambda: pd.read_parquet(path, columns=columns))


def read_sessions(path: Path, columns: list[str] | None = None) -> pd.DataFrame:
    """Read a frame with one row a session, indexed by it."""
    wanted = None if columns is None else ["session", *columns]
    return read_parquet(path, wanted).set_index("session")


def last_session() -> pd.Timestamp:
    """Last session of the panel.

    Raises
    ------
    DataMissingError
        When there is none.
    """
    sessions = read_parquet(PANEL, ["session"])["session"]
    if sessions.empty:
        raise DataMissingError(f"{PANEL} holds no session; run `dvc repro`")
    return sessions.iloc[-1]


def columns_of(path: Path) -> list[str]:
    """Names of a frame's columns, without reading it."""
    return list(_read(path, lambda: pq.read_schema(path)).names)


def read_json(path: Path) -> Any:
    """Read a JSON document that a stage left."""
    return _read(path, lambda: json.loads(path.read_text(encoding="utf-8")))


def _read(path: Path, load: Callable[[], Any]) -> Any:
    try:
        return load()
    except FileNotFoundError as error:
        raise DataMissingError(
            f"{path} is not there: no run has left it yet; run `make repro`"
        ) from error
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise SchemaError(
            f"{path} cannot be read ({reason}); delete it and run `dvc repro`"
        ) from error
