"""What `undertow fetch` brought from public endpoints, completed by the user's own files."""

from functools import cached_property
from pathlib import Path

import pandas as pd

from pipeline.base.errors import DataMissingError
from pipeline.catalogue import CATALOGUE
from pipeline.params import Params
from pipeline.series.kinds import FETCHED_AT, PROVIDER, Series
from pipeline.sources.files import FilesSource, decision_after
from pipeline.storage.landing import LIVE, Landing

OWN = "own"


def open_source(params: Params) -> "LiveSource":
    """Open what has been fetched.

    Raises
    ------
    DataMissingError
        When nothing has been fetched yet.
    """
    if not any(LIVE.glob("*/*.parquet")):
        raise DataMissingError(f"{LIVE} holds nothing fetched yet; run `undertow fetch` first")
    return LiveSource(Path(params.data.folder))


class LiveSource:
    """Reads what landed; asks no network, so that a run is repeatable.

    Parameters
    ----------
    own
        Folder of the user's CSV files, laid out as for the ``files`` source. A series that no
        public endpoint has, or has only in part, is completed from it.
    """

    name = "live"

    def __init__(self, own: Path, landed: Path = LIVE) -> None:
        self._own = FilesSource(own) if own.is_dir() else None
        self._landed = landed

    def fetch(self, series: Series) -> pd.DataFrame | None:
        """All rows of a series, with ``provider`` and ``fetched_at``; see `Source.fetch`."""
        if series.kind == "panel":
            return self._panel(series)
        landed = Landing(series, folder=self._landed).read()
        own = self._own_rows(series)
        if landed is None or own is None:
            return own if landed is None else landed
        clock = "date" if "date" in landed else "time"
        if clock not in landed:
            return own
        missing = own[~own[clock].isin(landed[clock])]
        return pd.concat([landed, missing]).sort_values(clock, ignore_index=True)

    def fetched_at(self, series: Series) -> pd.Timestamp:
        """Instant of the newest fetch; every row carries its own."""
        rows = self.fetch(series)
        return self._own_time if rows is None else rows[FETCHED_AT].max()

    @cached_property
    def _own_time(self) -> pd.Timestamp:
        """What the user's own rows describe at the latest: the decision of the last required date.

        By content, not by the files' time stamps on disk, so that a copy of them gives the same.
        """
        required = [series for series in CATALOGUE.values() if series.required]
        landed = ((series, Landing(series, folder=self._landed).read()) for series in required)
        ends = [decision_after(rows, series) for series, rows in landed if rows is not None]
        if self._own is not None and self._own.newest is not None:
            ends.append(self._own.newest)
        return max(ends, default=pd.Timestamp(0, tz="UTC"))

    def _own_rows(self, series: Series) -> pd.DataFrame | None:
        if self._own is None or not self._own.has(series):
            return None
        rows = self._own.fetch(series)
        if rows is None:
            return None
        rows = rows.copy()
        rows[FETCHED_AT] = self._own_time
        rows[PROVIDER] = OWN
        return rows

    def _panel(self, series: Series) -> pd.DataFrame | None:
        """Symbols side by side; a panel of the user's own is taken whole."""
        own = self._own_rows(series)
        if own is not None:
            return own.drop(columns=PROVIDER)
        folder = self._landed / series.name
        symbols = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
        landed = {
            symbol: rows.set_index("date")
            for symbol in symbols
            if (rows := Landing(series, symbol, self._landed).read()) is not None
        }
        if not landed:
            return None
        wide = pd.DataFrame({symbol: rows["value"] for symbol, rows in landed.items()})
        wide[FETCHED_AT] = max(rows[FETCHED_AT].max() for rows in landed.values())
        return wide.rename_axis("date").reset_index()
