"""The user's CSV files, read by the audit itself and cut by what was public.

A reader of its own, so that a fault or a liberty of the source's reader (a filled gap, a shifted
date) cannot hide in it.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.audit.publication_rules import RULES, public_at
from pipeline.catalogue import CATALOGUE
from pipeline.series.kinds import Series

_ANY_VALUE = {"date", "src"}
_NUMBERS = {"bar": ("open", "high", "low", "close"), "funding": ("funding_rate",)}


def series_of_files(folder: Path) -> Iterator[tuple[Path, list[Series]]]:
    """Each file of the catalogue that a folder has, and the series that stand in it."""
    by_path: dict[str, list[Series]] = {}
    for series in CATALOGUE.values():
        if series.files:
            by_path.setdefault(series.files.partition(":")[0], []).append(series)
    for path, held in by_path.items():
        if (folder / path).is_file():
            yield folder / path, held


def read_cells(path: Path) -> pd.DataFrame:
    """Every cell as it is written, without blanks around it."""
    cells = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    return cells.rename(columns=str.strip).apply(lambda column: column.str.strip())


def source_rows(cells: pd.DataFrame, series: Series) -> pd.DataFrame:
    """A series' rows by its clock (``date`` or ``time``), numbers under their columns' names.

    Text columns of calendars and tables are left as they are.
    """
    if "date" not in cells:
        return cells
    instants = pd.to_datetime(cells["date"], utc=True, format="ISO8601").astype(
        "datetime64[ns, UTC]"
    )
    if series.kind in {"snapshot", "flow"}:
        instants += pd.Timedelta(RULES[series.name].stamp)
    timed = series.kind in {"snapshot", "flow", "bar", "funding"}
    clock = {"time": instants} if timed else {"date": instants.dt.tz_localize(None)}
    columns = value_columns(cells, series)
    return pd.DataFrame(clock | {name: _numbers(cells[name]) for name in columns})


def value_columns(cells: pd.DataFrame, series: Series) -> list[str]:
    """Columns of a file that hold a series' numbers; none where the file lacks its column."""
    if series.kind in {"calendar", "table"}:
        return []
    if series.kind in _NUMBERS:
        return list(_NUMBERS[series.kind])
    named = (series.files or "").partition(":")[2]
    if named:
        return [named] if named in cells else []
    return [str(name) for name in cells if name not in _ANY_VALUE]


def cut_folder(folder: Path, scratch: Path, decided: pd.Timestamp) -> None:
    """Copy a folder of CSV files without what was not public at a decision.

    Parameters
    ----------
    folder, scratch
        From where, and to where; files that no series is read from stay behind.
    decided
        UTC instant of the decision.
    """
    for path, held in series_of_files(folder):
        kept = _cut(read_cells(path), held, decided)
        place = scratch / path.relative_to(folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        kept.to_csv(place, index=False)


def _cut(cells: pd.DataFrame, held: list[Series], decided: pd.Timestamp) -> pd.DataFrame:
    """Cells emptied where they were not public; a row goes when no series of the file had it."""
    if "date" not in cells:
        return cells
    masks = {series.name: _public(cells, series, decided) for series in held}
    cells = cells.copy()
    for series in held:
        for name in value_columns(cells, series):
            cells.loc[~masks[series.name], name] = ""
    return cells[np.any(list(masks.values()), axis=0)]


def _public(cells: pd.DataFrame, series: Series, decided: pd.Timestamp) -> NDArray[np.bool_]:
    rows = source_rows(cells, series)
    texts: Mapping[str, pd.Series] = {
        name: cells[name] for name in ("type", "announced") if name in cells
    }
    return (public_at(rows.assign(**texts), series) <= decided).to_numpy()


def _numbers(cells: pd.Series) -> pd.Series:
    # By Python's own reading, to the nearest double: pandas' fast parser is off by a last bit.
    given = pd.to_numeric(cells, errors="coerce").notna()
    return cells.where(given, "nan").astype(float)
