"""A folder of CSV files: the user's own data, laid out as the catalogue's ``files`` entries say."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.csv_file import CsvFile, listed, read_csv_file
from pipeline.errors import DataMissingError, SchemaError
from pipeline.params import Params
from pipeline.series import Series

_NOT_VALUES = {"date", "src"}
_YEAR = 252
_BAR = ("open", "high", "low", "close", "volume")


def open_source(params: Params) -> "FilesSource":
    """Open the folder that ``data.folder`` names."""
    return FilesSource(Path(params.data.folder))


class FilesSource:
    """Reads each series from ``folder``.

    Parameters
    ----------
    folder
        Root of the CSV files.

    Raises
    ------
    DataMissingError
        When the folder is not there.
    """

    name = "files"
    restates = False

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise DataMissingError(
                f"data.folder is {str(folder)!r}, which is not a folder; "
                "set it in params.yaml to the folder that holds your CSV files"
            )
        self._folder = folder
        self._csv = cache(read_csv_file)

    def fetched_at(self, series: Series) -> pd.Timestamp:
        """When the file was last written, so that an unfinished bar in it is known as such."""
        path, _column = self._locate(series)
        return pd.Timestamp(path.stat().st_mtime, unit="s", tz="UTC")

    def fetch(self, series: Series) -> pd.DataFrame | None:
        """All rows of a series; see `Source.fetch`."""
        if series.files is None:
            return None
        path, column = self._locate(series)
        if not path.is_file():
            self._check_optional(series, path)
            return None
        file = self._csv(path)
        if file.cells.empty:
            raise SchemaError(f"{path} holds no rows; {series.name} needs at least one")
        return _SHAPES[series.kind](file, series, column)

    def _locate(self, series: Series) -> tuple[Path, str | None]:
        relative, _colon, column = (series.files or "").partition(":")
        return self._folder / relative, column or None

    def _check_optional(self, series: Series, path: Path) -> None:
        if series.required:
            raise DataMissingError(
                f"{path} is not there, and {series.name} ({series.about}) is required; "
                "put the file there or correct data.folder"
            )


def _value(file: CsvFile, series: Series, column: str | None) -> pd.DataFrame:
    frame = pd.DataFrame(
        {"date": file.dates("date"), "value": file.numbers(_pick(file, column))}
    ).dropna(subset=["value"], ignore_index=True)
    if series.unit == "percent":
        _check_percent(file.path, series, frame["value"])
    return frame


def _check_percent(path: Path, series: Series, values: pd.Series) -> None:
    """Refuse fractions in place of percent, which the range of yields cannot tell from low ones.

    Percent that stay this near to zero for a year are short rates of 2009 to 2015, and those are
    published in whole hundredths; fractions have more digits.
    """
    largest = values.abs().max()
    whole = np.isclose(values * 100, (values * 100).round(), rtol=0, atol=1e-6).all()
    if len(values) >= _YEAR and largest < series.valid[1] / 100 and not whole:
        raise SchemaError(
            f"{path}: {series.name} is never beyond {largest:g}, which is a fraction and not "
            "percent; multiply the column by 100"
        )


def _bars(file: CsvFile, _series: Series, _column: str | None) -> pd.DataFrame:
    columns = {name: file.numbers(name) for name in _BAR}
    return pd.DataFrame({"time": file.instants("date"), **columns})


def _funding(file: CsvFile, series: Series, _column: str | None) -> pd.DataFrame:
    hours = (
        file.numbers("interval_hours") if "interval_hours" in file.cells else series.interval_hours
    )
    return pd.DataFrame(
        {
            "time": file.instants("date"),
            "rate": file.numbers("funding_rate"),
            "interval_hours": hours,
        }
    )


def _snapshots(file: CsvFile, series: Series, column: str | None) -> pd.DataFrame:
    values = _value(file, series, column)
    instants = values["date"].dt.tz_localize("UTC") + pd.Timedelta(hours=series.stamp_hours)
    return pd.DataFrame({"time": instants, "value": values["value"]})


def _panel(file: CsvFile, _series: Series, _column: str | None) -> pd.DataFrame:
    tickers = {str(name): file.numbers(str(name)) for name in file.cells if name != "date"}
    return pd.DataFrame({"date": file.dates("date"), **tickers})


def _calendar(file: CsvFile, _series: Series, _column: str | None) -> pd.DataFrame:
    attributes = {str(name): file.texts(str(name)) for name in file.cells if name != "date"}
    return pd.DataFrame({"date": file.dates("date"), **attributes})


def _table(file: CsvFile, series: Series, _column: str | None) -> pd.DataFrame:
    read = {"text": file.texts, "date": file.dates, "flag": file.flags}
    return pd.DataFrame({name: read[cells](name) for name, cells in series.columns})


_SHAPES = {
    "value": _value,
    "bar": _bars,
    "funding": _funding,
    "snapshot": _snapshots,
    "flow": _snapshots,
    "panel": _panel,
    "calendar": _calendar,
    "table": _table,
}


def _pick(file: CsvFile, column: str | None) -> str:
    """Find the value's column: the one the catalogue names, or the only one there is."""
    if column is not None:
        return column
    candidates = [name for name in file.cells if name not in _NOT_VALUES]
    if len(candidates) != 1:
        raise SchemaError(
            f"{file.path} should have the columns date and one value, but has "
            f"{listed(file.cells.columns)}; remove or rename the others"
        )
    return str(candidates[0])
