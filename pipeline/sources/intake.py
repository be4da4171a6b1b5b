"""From a source to rows that may be stored: all checked, or none.

What comes out follows from the source, the parameters and the clock that is handed in, so that the
audit can run it again on a source whose later rows are gone.
"""

from pathlib import Path

import pandas as pd

from pipeline.base.errors import DataMissingError
from pipeline.catalogue import CATALOGUE
from pipeline.params import Params
from pipeline.series.announcements import with_announcements
from pipeline.series.border import check
from pipeline.series.calendar import decision_time
from pipeline.series.kinds import FETCHED_AT, Series
from pipeline.series.source import Source
from pipeline.sources.folder import place


def take_in(source: Source, settings: Params, now: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """Checked rows of each series that the source has, up to ``data.end``.

    Parameters
    ----------
    settings
        Sections ``data`` and ``simulated`` are read.
    now
        UTC instant after which no observation can be dated.

    Raises
    ------
    DataMissingError
        When a series that every run needs is absent.
    SchemaError
        When rows cannot be true.
    """
    rows = {
        name: frame
        for name, series in CATALOGUE.items()
        if (frame := _fetch(source, series, settings, now)) is not None
    }
    absent = [each for each in CATALOGUE.values() if each.required and each.name not in rows]
    if absent:
        names = ", ".join(f"{series.name} ({series.about})" for series in absent)
        until = f" up to data.end ({settings.data.end})" if settings.data.end else ""
        raise DataMissingError(
            f"source {source.name!r} lacks{until} what every run needs: {names}; bring these "
            "series, or change data.source or data.end in params.yaml"
        )
    return rows


def place_in_words(source: Source, series: Series, settings: Params) -> str:
    """What to call the place that a series' rows come from."""
    if source.name == "files" and series.files:
        return str(Path(settings.data.folder) / place(series)[0])
    return f"{source.name} {series.name}"


def _fetch(
    source: Source, series: Series, settings: Params, now: pd.Timestamp
) -> pd.DataFrame | None:
    frame = source.fetch(series)
    if frame is None:
        return None
    frame = _until(frame, series, settings.data.end)
    if frame.empty:
        return None
    check(frame, series, place_in_words(source, series, settings), now)
    if FETCHED_AT not in frame:
        frame = frame.assign(**{FETCHED_AT: source.fetched_at(series)})
    if series.kind == "bar":
        frame = frame[frame["time"] + pd.Timedelta(series.interval) <= frame[FETCHED_AT]]
    if series.kind == "calendar" and not settings.data.simulated:
        # A made-up market has no history that could have been put off.
        frame = with_announcements(frame, series).fillna({FETCHED_AT: frame[FETCHED_AT].max()})
    return None if frame.empty else frame.reset_index(drop=True)


def _until(frame: pd.DataFrame, series: Series, end: str | None) -> pd.DataFrame:
    """Rows up to ``data.end``: later ones are not read. Calendars know what is to come."""
    clock = series.clock
    if end is None or clock is None or series.kind == "calendar" or clock not in frame:
        return frame
    last = pd.Timestamp(end)
    if clock == "time":
        last = decision_time(last)
    return frame[frame[clock] <= last]
