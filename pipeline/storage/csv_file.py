"""A CSV file read as text and strictly, so that no cell becomes another value than it shows.

A guessing reader takes ``True`` for 1, ``today`` for a date, the first of two columns of one name
and a short row for missing values; here each is refused with its line.
"""

import csv
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow.csv import ConvertOptions, ParseOptions, ReadOptions, read_csv

from pipeline.base.dates import in_history
from pipeline.base.errors import SchemaError, StorageError, one_line

MISSING = ("", ".", "NA", "N/A", "#N/A", "NaN", "nan", "null")
"""What an empty cell may say."""

_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_ZONE = r"(?:Z|[+-][0-9]{2}:?[0-9]{2})"
_INSTANT = rf"{_DATE}(?:[T ][0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:\.[0-9]{{1,9}})?)?{_ZONE}?)?"
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_SHOWN = 120
_MOST_COLUMNS = 10_000
_LONGEST_HEADER = 2**20
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_DISGUISES = {b"PK": "an Excel workbook or a zip", b"\x1f\x8b": "packed by gzip"}
"""What bytes that are no text begin with, where a name ending in .csv commonly hides it."""


@dataclass(frozen=True, eq=False)
class CsvFile:
    """The cells of a file.

    Attributes
    ----------
    cells
        Texts as they are written, one column a name of the header (blanks around it taken off).
    """

    path: Path
    cells: pd.DataFrame

    def texts(self, name: str) -> pd.Series:
        """A column as it is written, missing where it is empty.

        Raises
        ------
        SchemaError
            Here and below, when there is no such column or a cell is not what it should be.
        """
        cells = self._column(name)
        return cells.mask(cells == "")

    def numbers(self, name: str) -> pd.Series:
        """A column of finite numbers, the nearest doubles to what is written; NaN if missing."""
        cells = self._column(name)
        given = ~cells.isin(MISSING)
        self._refuse(cells, given & ~cells.str.fullmatch(_NUMBER), "a number; correct or empty it")
        # Arrow's cast gives the nearest double, as Python's float does and pandas' parser does not.
        doubles = pa.array(cells.where(given, "nan")).cast(pa.float64())
        numbers = pd.Series(doubles.to_numpy(zero_copy_only=False), cells.index)
        self._refuse(cells, numbers.abs() == np.inf, "a number in a computer's range; correct it")
        return numbers

    def dates(self, name: str, *, missing: bool = False) -> pd.Series:
        """A column of dates, none missing unless ``missing`` says that some may be (NaT)."""
        cells = self._column(name)
        written = cells.where(cells.str.fullmatch(_DATE))
        dates = pd.to_datetime(written, format="%Y-%m-%d", utc=True, errors="coerce")
        wrong = ~in_history(dates) & ~(missing & cells.isin(MISSING))
        self._refuse(cells, wrong, "a date; write it as YYYY-MM-DD")
        return dates.dt.tz_localize(None).astype("datetime64[ns]")

    def instants(self, name: str) -> pd.Series:
        """A column of instants in UTC, none missing; without a zone they are UTC."""
        cells = self._column(name)
        written = cells.where(cells.str.fullmatch(_INSTANT))
        instants = pd.to_datetime(written, format="ISO8601", utc=True, errors="coerce")
        wanted = "a time; write it as YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ"
        self._refuse(cells, ~in_history(instants), wanted)
        return instants.astype("datetime64[ns, UTC]")

    def flags(self, name: str) -> pd.Series:
        """A column of yes or no, missing where it is empty."""
        cells = self._column(name)
        flags = cells.str.lower().map(_FLAGS).astype("boolean")
        wrong = flags.isna() & ~cells.isin(MISSING)
        self._refuse(cells, wrong, "true or false; correct or empty it")
        return flags

    def _column(self, name: str) -> pd.Series:
        if name not in self.cells:
            raise SchemaError(
                f"{self.path} has no column {name!r}, only {listed(self.cells.columns)}; "
                "rename the column or correct the file"
            )
        return self.cells[name].str.strip()

    def _refuse(self, cells: pd.Series, wrong: pd.Series, wanted: str) -> None:
        if not wrong.any():
            return
        row = int(wrong.to_numpy().argmax())
        found = repr(cells.iloc[row])[:_SHOWN]
        raise SchemaError(
            f"{self.path}, line {_line(self.path, row)}, column {cells.name}: {found} is not "
            f"{wanted}"
        )


def read_csv_file(path: Path) -> CsvFile:
    """Read a file of UTF-8 text with commas, one header row and as many cells in every row.

    Raises
    ------
    SchemaError
        When it is something else.
    StorageError
        When it may not be read.
    """
    try:
        names = header(path)
        _check_quotes(path)
        table = read_csv(
            path,
            ReadOptions(column_names=names, skip_rows=1, use_threads=False),
            ParseOptions(newlines_in_values=False),
            ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
    except UnicodeDecodeError:
        raise SchemaError(f"{path} is {_disguise(path)}; export it again as CSV") from None
    except PermissionError:
        raise StorageError(
            f"{path} may not be read; give the user who runs undertow the right to"
        ) from None
    except (csv.Error, OSError, pa.ArrowException) as error:
        raise SchemaError(
            f"{path} is not a CSV file ({one_line(error)}); export it again"
        ) from None
    return CsvFile(path, table.to_pandas())


def listed(names: pd.Index) -> str:
    """Names of columns on one line."""
    return ", ".join(repr(str(name)).strip("'") for name in names)[:_SHOWN]


def header(path: Path) -> list[str]:
    """Names of a file's columns, without blanks around them.

    Raises
    ------
    SchemaError
        When there are none, or two of one name, or another separator than commas.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        # A file without line ends would be read whole for its header.
        names = next(csv.reader(iter(lambda: file.readline(_LONGEST_HEADER), ""), strict=True), [])
    if not names:
        raise SchemaError(f"{path} is empty; put a CSV with a header row there")
    between = next((sign for sign in _SEPARATORS if len(names) == 1 and sign in names[0]), None)
    if between is not None:
        raise SchemaError(
            f"{path}, line 1: cells are separated by {_SEPARATORS[between]}; export it again with "
            "commas between cells and a point in numbers"
        )
    if any(name.splitlines() not in ([], [name]) for name in names):
        raise SchemaError(
            f"{path}, line 1: a quoted name runs over the line's end; mend the header"
        )
    names = [name.strip() for name in names]
    if len(names) > _MOST_COLUMNS:
        raise SchemaError(
            f"{path} has {len(names):,} columns, more than {_MOST_COLUMNS:,}; a series is one, and "
            "a list of members has one a ticker: export it again"
        )
    if len(set(names)) < len(names):
        twice = next(name for name, count in Counter(names).items() if count > 1)
        raise SchemaError(
            f"{path} has more than one column {twice!r}; keep one and rename or remove the other"
        )
    return names


def _disguise(path: Path) -> str:
    """What a file that is no text seems to be."""
    with path.open("rb") as file:
        start = file.read(2)
    return next((what for magic, what in _DISGUISES.items() if start == magic), "not UTF-8 text")


def _check_quotes(path: Path) -> None:
    """Refuse text after a closing quote, which Arrow would join on, and a quote left open."""
    if b'"' in path.read_bytes():
        with path.open(encoding="utf-8-sig", newline="") as file:
            for _row in csv.reader(file, strict=True):
                pass


def _line(path: Path, row: int) -> int:
    """Line of the file on which a row ends, the header being none; blank lines are no rows."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        # A cell beyond the reader's limit ends the search where it stands, at that row.
        with suppress(csv.Error):
            next(islice(filter(None, reader), row + 1, None), None)
        return reader.line_num
