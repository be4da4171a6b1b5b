"""Stage ingest: bring every series of the catalogue from the chosen source into ``data/raw``.

Rows are merged by time stamp into what is there, so nothing once fetched is lost; a series that
cannot be read stops the stage and leaves every stored file as it was.
"""

from pathlib import Path

import pandas as pd

from pipeline import params, store
from pipeline.catalogue import CATALOGUE
from pipeline.errors import DataMissingError
from pipeline.run import log, stage
from pipeline.series import FETCHED_AT, Series
from pipeline.source import Source
from pipeline.sources import open_source
from pipeline.validation import check, clock_column

_RESTATED = {"panel", "table", "calendar"}
"""Kinds replaced whole: adjusted prices restate their past, tables have no time stamp."""


def main() -> None:
    """Fetch, check and store every series."""
    settings = params.load()
    source = open_source(settings)
    folder = store.RAW / source.name
    now = pd.Timestamp.now("UTC")
    checked = {
        name: frame
        for name, series in CATALOGUE.items()
        if (frame := _fetch(source, series, now)) is not None
    }
    for name, frame in checked.items():
        _keep(frame, CATALOGUE[name], source, folder / f"{name}.parquet")
    absent = sorted(set(CATALOGUE) - set(checked))
    log.info("%s: %d series stored in %s", source.name, len(checked), folder)
    if absent:
        log.info("not at this source, so missing from here on: %s", ", ".join(absent))


def _fetch(source: Source, series: Series, now: pd.Timestamp) -> pd.DataFrame | None:
    frame = source.fetch(series)
    if frame is None:
        if series.required:
            raise DataMissingError(
                f"source {source.name!r} has no {series.name} ({series.about}), which is required"
            )
        return None
    check(frame, series, f"{source.name} {series.files or series.name}", now)
    if FETCHED_AT not in frame:
        frame = frame.assign(**{FETCHED_AT: source.fetched_at(series)})
    if series.kind == "bar":
        frame = frame[frame["time"] + pd.Timedelta(series.interval) <= frame[FETCHED_AT]]
    return frame


def _keep(frame: pd.DataFrame, series: Series, source: Source, path: Path) -> None:
    clock = clock_column(series)
    restated = source.restates or series.kind in _RESTATED or series.adjusted
    if clock is not None and not restated and path.exists():
        stored = store.read_parquet(path)
        frame = pd.concat([stored, frame]).drop_duplicates(clock, keep="last").sort_values(clock)
    store.write_parquet(frame.reset_index(drop=True), path)


if __name__ == "__main__":
    stage(main)
