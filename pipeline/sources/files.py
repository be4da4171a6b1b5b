"""A folder of CSV files: the user's own data, laid out as the catalogue's ``files`` entries say."""

from functools import cache
from pathlib import Path

import pandas as pd

from pipeline.errors import DataMissingError, SchemaError
from pipeline.params import Params
from pipeline.series import Series

_NOT_VALUES = {"date", "src"}
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
        self._csv = cache(self._load)

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
        frame = self._csv(path)
        if frame.empty:
            raise SchemaError(f"{path} holds no rows; {series.name} needs at least one")
        if series.kind == "table":
            return frame
        return _SHAPES[series.kind](frame, series, path, column)

    def _locate(self, series: Series) -> tuple[Path, str | None]:
        relative, _colon, column = (series.files or "").partition(":")
        return self._folder / relative, column or None

    def _check_optional(self, series: Series, path: Path) -> None:
        if series.required:
            raise DataMissingError(
                f"{path} is not there, and {series.name} ({series.about}) is required; "
                "put the file there or correct data.folder"
            )

    def _load(self, path: Path) -> pd.DataFrame:
        try:
            return pd.read_csv(path, na_values=["."], low_memory=False)
        except pd.errors.EmptyDataError:
            raise SchemaError(f"{path} is empty; put a CSV with a header row there") from None
        except (pd.errors.ParserError, UnicodeDecodeError) as error:
            reason = str(error).strip().splitlines()[0]
            raise SchemaError(f"{path} is not a CSV file ({reason}); export it again") from None


def _value(frame: pd.DataFrame, _series: Series, path: Path, column: str | None) -> pd.DataFrame:
    return pd.DataFrame(
        {"date": _dates(frame, path), "value": _numbers(frame, _pick(frame, path, column), path)}
    ).dropna(subset=["value"], ignore_index=True)


def _bars(frame: pd.DataFrame, _series: Series, path: Path, _column: str | None) -> pd.DataFrame:
    columns = {name: _numbers(frame, name, path) for name in _BAR}
    return pd.DataFrame({"time": _instants(frame, path), **columns})


def _funding(frame: pd.DataFrame, series: Series, path: Path, _column: str | None) -> pd.DataFrame:
    hours = (
        _numbers(frame, "interval_hours", path)
        if "interval_hours" in frame
        else series.interval_hours
    )
    return pd.DataFrame(
        {
            "time": _instants(frame, path),
            "rate": _numbers(frame, "funding_rate", path),
            "interval_hours": hours,
        }
    )


def _snapshots(frame: pd.DataFrame, series: Series, path: Path, column: str | None) -> pd.DataFrame:
    values = _value(frame, series, path, column)
    instants = values["date"].dt.tz_localize("UTC") + pd.Timedelta(hours=series.stamp_hours)
    return pd.DataFrame({"time": instants, "value": values["value"]})


def _panel(frame: pd.DataFrame, _series: Series, path: Path, _column: str | None) -> pd.DataFrame:
    tickers = {name: _numbers(frame, name, path) for name in frame.columns if name != "date"}
    return pd.DataFrame({"date": _dates(frame, path), **tickers})


def _calendar(
    frame: pd.DataFrame, _series: Series, path: Path, _column: str | None
) -> pd.DataFrame:
    return frame.assign(date=_dates(frame, path))


_SHAPES = {
    "value": _value,
    "bar": _bars,
    "funding": _funding,
    "snapshot": _snapshots,
    "flow": _snapshots,
    "panel": _panel,
    "calendar": _calendar,
}


def _pick(frame: pd.DataFrame, path: Path, column: str | None) -> str:
    """Find the value's column: the one the catalogue names, or the only one there is."""
    if column is not None:
        return column
    candidates = [name for name in frame.columns if name not in _NOT_VALUES]
    if len(candidates) != 1:
        raise SchemaError(
            f"{path} should have the columns date and one value, but has "
            f"{', '.join(map(str, frame.columns))}; remove or rename the others"
        )
    return str(candidates[0])


def _column(frame: pd.DataFrame, name: str, path: Path) -> pd.Series:
    if name not in frame:
        raise SchemaError(
            f"{path} has no column {name!r}, only {', '.join(map(str, frame.columns))[:120]}; "
            "rename the column or correct the file"
        )
    return frame[name]


def _numbers(frame: pd.DataFrame, name: str, path: Path) -> pd.Series:
    raw = _column(frame, name, path)
    numbers = pd.to_numeric(raw, errors="coerce")
    wrong = numbers.isna() & raw.notna()
    if wrong.any():
        raise _bad_cell(raw, wrong, path, "a number; correct or empty the cell")
    return numbers.astype(float)


def _dates(frame: pd.DataFrame, path: Path) -> pd.Series:
    raw = _column(frame, "date", path)
    dates = pd.to_datetime(raw, format="%Y-%m-%d", errors="coerce")
    if dates.isna().any():
        raise _bad_cell(raw, dates.isna(), path, "a date; write it as YYYY-MM-DD")
    return dates.astype("datetime64[ns]")


def _instants(frame: pd.DataFrame, path: Path) -> pd.Series:
    raw = _column(frame, "date", path)
    instants = pd.to_datetime(raw, format="ISO8601", utc=True, errors="coerce")
    if instants.isna().any():
        wanted = "a time; write it as YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ"
        raise _bad_cell(raw, instants.isna(), path, wanted)
    return instants.astype("datetime64[ns, UTC]")


def _bad_cell(raw: pd.Series, wrong: pd.Series, path: Path, wanted: str) -> SchemaError:
    row = int(wrong.to_numpy().argmax())
    return SchemaError(
        f"{path}, line {row + 2}, column {raw.name}: {raw.iloc[row]!r} is not {wanted}"
    )
