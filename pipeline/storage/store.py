"""Files on disk: written whole or not at all, read with one clear sentence when absent."""

import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from models.bundle import BundleError, read_bundle
from pipeline.base.errors import DataMissingError, ModelError, SchemaError, one_line
from pipeline.base.parts import parts
from pipeline.base.project import check_project
from pipeline.storage.folders import (
    fsync,
    mode_of_new_files,
    temporary_beside,
    writing_in,
)

# Arrow's own allocator takes fresh pages for every table; the system's takes half the time of it.
pa.set_memory_pool(pa.system_memory_pool())

DATA = Path("data")
RAW = DATA / "raw"
PANEL = DATA / "panel.parquet"
OBSERVED = DATA / "observed.parquet"
FEATURES = DATA / "features.parquet"
SCENARIOS = DATA / "scenarios.parquet"
STATES = DATA / "states.parquet"
FOLD_CACHE = DATA / "cache" / "folds"
"""Forecasts of earlier runs, which only save time (`pipeline.training.fold_cache`)."""
STATES_CACHE = DATA / "cache" / "states"
"""Refits of the states likewise (`pipeline.training.states_cache`)."""
STATES_FIT = DATA / "states_fit"
OUTLOOK = DATA / "outlook.parquet"
OUTLOOK_FIT = DATA / "outlook_fit"
AUDIT = DATA / "audit.json"
TIERS = DATA / "tiers.json"
BOOK = DATA / "book.json"
"""How well each approach forecast the book's tail."""
POLICIES = DATA / "policies.json"
"""What every policy would have done, on the same days."""
METRICS = DATA / "metrics.json"
"""The few figures that ``dvc metrics`` and ``dvc exp`` show."""
EVALUATION = DATA / "evaluation.json"
"""Every metric of every model and window."""
LOSSES = DATA / "losses.parquet"
"""What each forecast cost: a run keeps it, so that any two can be compared later."""
PLOTS = DATA / "plots"
MODEL = DATA / "model"
"""The bundle of this training, whatever became of it."""
CHAMPION = DATA / "champion"
"""A folder a source with the bundle that scores; no output of any stage."""
LEDGER = DATA / "ledger"
"""What was published; no output of any stage."""
RUN = DATA / "run.json"
CALL = DATA / "call.json"
REPORT = DATA / "report"

_REPRO = "delete it and run `dvc repro`"


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path`` and rename it to ``path`` when the block ends well.

    A run killed anywhere leaves either the old file or the new one, and what it had begun is
    removed by the next that writes there (`pipeline.storage.folders`).
    """
    with writing_in(path.parent), temporary_beside(path) as temporary:
        yield temporary
        temporary.chmod(mode_of_new_files())
        fsync(temporary)
        temporary.replace(path)


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame, its index as a column when it has a name, and a checksum in each page."""
    flat = frame.reset_index(drop=frame.index.name is None)
    with atomic_write(path) as temporary:
        flat.to_parquet(temporary, index=False, write_page_checksum=True)


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a small table for plots, numbers to nine digits so that a rerun compares."""
    write_text(frame.to_csv(index=False, float_format="%.9g"), path)


def write_json(document: Any, path: Path) -> None:
    """Write a JSON document, keys in the order given.

    Raises
    ------
    SchemaError
        When a number in it is none or infinite, which JSON does not have.
    """
    try:
        text = json.dumps(document, indent=2, allow_nan=False)
    except ValueError as error:
        wrong = (p for p, v in parts(document) if isinstance(v, float) and not math.isfinite(v))
        place = ".".join(map(str, next(wrong, ()))) or one_line(error)
        raise SchemaError(
            f"{path} cannot be written: {place} is no finite number, so the "
            "data that it rests on have a hole or a wrong value; `undertow doctor` tells more"
        ) from error
    write_text(text + "\n", path)


def write_text(text: str, path: Path) -> None:
    """Write a text file."""
    with atomic_write(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def read_parquet(
    path: Path, columns: list[str] | None = None, remedy: str = _REPRO
) -> pd.DataFrame:
    """Read a frame that a stage left; pages without a checksum (older files) are taken as they are.

    Raises
    ------
    DataMissingError
        When the file is not there.
    SchemaError
        When it is not a parquet file, or a page is not the one that was written.
    PermissionError
        When this user may not read it.
    """
    return _read(path, lambda: _frame(path, columns), remedy)


def read_sessions(path: Path, columns: list[str] | None = None) -> pd.DataFrame:
    """Read a frame with one row a session, indexed by it, in their order."""
    wanted = None if columns is None else ["session", *columns]
    frame = read_parquet(path, wanted)
    if "session" not in frame or frame["session"].dtype.kind != "M":
        raise SchemaError(f"{path} has no column of sessions; delete it and run `dvc repro`")
    if not (frame["session"].is_monotonic_increasing and frame["session"].is_unique):
        raise SchemaError(f"{path} has sessions out of order; delete it and run `dvc repro`")
    return frame.set_index("session")


def read_labels() -> pd.DataFrame:
    """Read what happened around each session; raises as `read_parquet`.

    Raises
    ------
    SchemaError
        When an earlier version wrote it, under former names.
    """
    labels = read_parquet(SCENARIOS)
    if "label_version" not in labels:
        raise SchemaError(
            f"{SCENARIOS} was written by an earlier version (it has no column label_version); "
            "run `dvc repro`"
        )
    return labels


def sessions() -> pd.DatetimeIndex:
    """Sessions of the panel, in their order.

    Raises
    ------
    DataMissingError
        When there is none.
    """
    found = read_parquet(PANEL, ["session"])["session"]
    if found.empty:
        raise DataMissingError(f"{PANEL} holds no session; run `dvc repro`")
    return pd.DatetimeIndex(found)


def last_session() -> pd.Timestamp:
    """Last session of the panel; raises as `sessions`."""
    return sessions()[-1]


def source() -> str:
    """The source that the raw rows are of: what `data.source` was when they came in.

    Raises
    ------
    DataMissingError
        When no run has brought any, or the folder holds those of several.
    """
    found = sorted(path.name for path in RAW.iterdir() if path.is_dir()) if RAW.is_dir() else []
    if len(found) != 1:
        check_project()
        held = f"holds rows of {', '.join(found)}" if found else "holds no rows yet"
        raise DataMissingError(f"{RAW} {held}; run `dvc repro`")
    return found[0]


def columns_of(path: Path) -> list[str]:
    """Names of a frame's columns, without reading it."""
    return list(_read(path, lambda: pq.read_schema(path)).names)


def read_json(path: Path) -> Any:
    """Read a JSON document that a stage left: finite numbers only."""
    return _read(path, lambda: parse_json(path.read_text(encoding="utf-8")))


def read_fit(folder: Path) -> dict[str, Any]:
    """Read a bundle that a stage left.

    Raises
    ------
    ModelError
        When it is absent, damaged or of another version.
    """
    try:
        return read_bundle(folder)
    except BundleError as error:
        raise ModelError(str(error)) from None


def parse_json(text: str) -> Any:
    """Read JSON as the standard has it, without Python's NaN and Infinity.

    Raises
    ------
    ValueError
        When the text is something else.
    """
    try:
        return json.loads(text, parse_constant=_no_number, parse_float=_finite)
    except RecursionError:
        raise ValueError("it is nested too deep") from None


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Refuse the file of a document in which the block does not find a part that it takes.

    Only for blocks that take parts out of what was read from ``path``.

    Raises
    ------
    SchemaError
        For a part that is absent or of another kind.
    """
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        reason = f"{type(error).__name__}: {one_line(error)}"
        raise SchemaError(f"{path} is not what a run leaves ({reason}); {_REPRO}") from error


def _no_number(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _no_number(digits[:20])


def _frame(path: Path, columns: list[str] | None) -> pd.DataFrame:
    # pandas' own reader goes through pyarrow's datasets, which cost a call more than its rows do.
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        absent = sorted(set(columns or ()).difference(file.schema_arrow.names))
        if absent:
            raise ValueError(f"it has no column {absent[0]!r}")
        table = file.read(columns)
    # "btc" brings "btc.high" along, as if that were a part of it.
    return (table if columns is None else table.select(columns)).to_pandas()


def _read(path: Path, load: Callable[[], Any], remedy: str = _REPRO) -> Any:
    try:
        if path.is_dir():
            raise IsADirectoryError("it is a folder")
        return load()
    except FileNotFoundError as error:
        check_project()
        raise DataMissingError(
            f"{path} is not there: no run has left it yet; run `make repro`"
        ) from error
    except PermissionError as error:
        error.filename = str(path)
        raise
    except (OSError, ValueError, pa.ArrowException, MemoryError) as error:
        raise SchemaError(f"{path} cannot be read ({one_line(error)}); {remedy}") from error
