"""A folder of CSV files: the user's own data, laid out as the catalogue's ``files`` entries say."""

from functools import cache, cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.base.errors import DataMissingError, SchemaError
from pipeline.catalogue import CATALOGUE
from pipeline.params import Params
from pipeline.providers.client.funding_interval import intervals
from pipeline.series.announcements import ANNOUNCED, WITHDRAWN
from pipeline.series.calendar import date_of, decision_time
from pipeline.series.kinds import Series
from pipeline.sources.folder import place, shares_its_file, what_to_bring
from pipeline.storage.csv_file import CsvFile, listed, read_csv_file

_NOT_VALUES = {"date", "src"}
_YEAR = 252
_BAR = ("open", "high", "low", "close", "volume")
_NO_TIME = pd.Timestamp(0, tz="UTC")


def open_source(params: Params) -> "FilesSource":
    """Open the folder that ``data.folder`` names."""
    return FilesSource(Path(params.data.folder), params.data.end)


class FilesSource:
    """Reads each series from ``folder``.

    Parameters
    ----------
    end
        Last date that counts, as in ``data.end``; None for every one.

    Raises
    ------
    DataMissingError
        When the folder is not there.
    """

    name = "files"

    def __init__(self, folder: Path, end: str | None = None) -> None:
        if not folder.is_dir():
            raise DataMissingError(
                f"data.folder is {str(folder)!r}, which is not a folder; set it in params.yaml to "
                f"the folder that holds your CSV files, or make it and {what_to_bring(folder)}"
            )
        self._folder = folder
        self._end = None if end is None else pd.Timestamp(end)
        self._csv = cache(read_csv_file)

    def fetched_at(self, series: Series) -> pd.Timestamp:
        """Decision time of the last date of the folder's required series, up to ``end``.

        It follows from what the files hold and never from their time stamps on disk. Where the
        folder has no required series, the series' own last date counts.
        """
        return self.newest or decision_after(self.fetch(series), series, self._end)

    def fetch(self, series: Series) -> pd.DataFrame | None:
        """All rows of a series; see `Source.fetch`.

        An optional series is absent (None) when its file is, or holds no rows, or when its column
        is absent from a file of several series, or empty.
        """
        if series.files is None:
            return None
        path, column = self._locate(series)
        if not path.is_file() or not self._has_column(path, series, column):
            self._check_optional(series)
            return None
        file = self._csv(path)
        rows = _SHAPES[series.kind](file, series, column) if len(file.cells) else file.cells
        if rows.empty and series.required:
            raise SchemaError(f"{path} holds no rows of {series.name}, which is required; fill it")
        return None if rows.empty else rows

    def where(self, series: Series) -> str:
        """Path and, in a file of several series, column: what a message names."""
        path, column = self._locate(series)
        return f"{path}, column {column}" if column and shares_its_file(series) else str(path)

    def _locate(self, series: Series) -> tuple[Path, str | None]:
        relative, column = place(series)
        return self._folder / relative, column

    def _has_column(self, path: Path, series: Series, column: str | None) -> bool:
        return column is None or not shares_its_file(series) or column in self._csv(path).cells

    def _check_optional(self, series: Series) -> None:
        if series.required:
            raise DataMissingError(
                f"{self._folder} (data.folder) lacks what every run needs; "
                f"{what_to_bring(self._folder)}"
            )

    @cached_property
    def newest(self) -> pd.Timestamp | None:
        """Decision time of the last date of the required series; None where there are none."""
        required = [each for each in CATALOGUE.values() if each.required and self.has(each)]
        return max(
            (decision_after(self.fetch(series), series, self._end) for series in required),
            default=None,
        )

    def has(self, series: Series) -> bool:
        """Whether the file is there and, in a file of several series, the column."""
        if series.files is None:
            return False
        path, column = self._locate(series)
        return path.is_file() and self._has_column(path, series, column)


def decision_after(
    rows: pd.DataFrame | None, series: Series, end: pd.Timestamp | None = None
) -> pd.Timestamp:
    """Decision time (UTC) of the last date of some rows, up to ``end``; 1970 for no dates."""
    clock = series.clock
    if rows is None or clock is None:
        return _NO_TIME
    last = date_of(rows[clock].max())
    return decision_time(last if end is None else min(last, end))


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
    times = file.instants("date")
    stated = "interval_hours" in file.cells
    hours = file.numbers("interval_hours") if stated else _measured(times, series)
    return pd.DataFrame(
        {"time": times, "rate": file.numbers("funding_rate"), "interval_hours": hours}
    )


def _measured(times: pd.Series, series: Series) -> pd.Series:
    """Hours that each print settled by the spacing of prints, where the file does not say it.

    A print at a gap has the interval of its neighbours; where no spacing is one that exchanges
    settle at, the most common one counts, and of a single print the catalogue's.
    """
    hours = intervals(times.dt.round("min")).ffill().bfill()
    spacing = times.diff().dropna().dt.total_seconds() / 3600
    common = spacing.round(2).mode()
    return hours.fillna(float(common.iloc[0]) if len(common) else series.interval_hours)


def _snapshots(file: CsvFile, series: Series, column: str | None) -> pd.DataFrame:
    values = _value(file, series, column)
    instants = values["date"].dt.tz_localize("UTC") + pd.Timedelta(hours=series.stamp_hours)
    return pd.DataFrame({"time": instants, "value": values["value"]})


def _panel(file: CsvFile, _series: Series, _column: str | None) -> pd.DataFrame:
    if "" in file.cells:
        raise SchemaError(
            f"{file.path} has a column without a name, where each should be a ticker; remove it "
            "(`index=False` in pandas) or name it"
        )
    tickers = {str(name): file.numbers(str(name)) for name in file.cells if name != "date"}
    return pd.DataFrame({"date": file.dates("date"), **tickers})


def _calendar(file: CsvFile, _series: Series, _column: str | None) -> pd.DataFrame:
    attributes = {
        str(name): file.dates(str(name), missing=True)
        if name in {ANNOUNCED, WITHDRAWN}
        else file.texts(str(name))
        for name in file.cells
        if name != "date"
    }
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
