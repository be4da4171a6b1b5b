"""Stage ingest: bring every series of the catalogue from the chosen source into ``data/raw``.

What is stored is what the source gives now, checked, and nothing else: a row or a file that is gone
from the source is gone here. A series that cannot be read stops the stage and leaves every stored
file as it was.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import pandas as pd

from pipeline import params
from pipeline.base.errors import DataMissingError
from pipeline.base.run import log, stage
from pipeline.catalogue import CATALOGUE
from pipeline.params import Params
from pipeline.plausibility import inspect, tickers
from pipeline.plausibility.remarks import REMARKS, Remark, keep, together
from pipeline.plausibility.scope import Scope, scope_of
from pipeline.plausibility.shrunk import shrunk
from pipeline.series.border import check
from pipeline.series.calendar import DECISION_DELAY
from pipeline.series.kinds import FETCHED_AT, Series
from pipeline.series.source import Source
from pipeline.sources import open_source
from pipeline.sources.folder import place, unread
from pipeline.storage import store


def main() -> None:
    """Fetch, check and store every series, and the remarks on them."""
    settings = params.load()
    source = open_source(settings)
    folder = store.RAW / source.name
    raw = _fetched(source, settings)
    found = _unread(settings) + together(_inspected(raw, source, settings))
    root = settings.data.folder if source.name == "files" else source.name
    for sentence in shrunk(raw, folder, root):
        log.warning("%s", sentence)
    paths = {folder / f"{name}.parquet": frame for name, frame in raw.items()}
    for path, frame in paths.items():
        store.write_parquet(frame, path)
    keep(found)
    _remove_others({*paths, REMARKS})
    log.info("%s: %d series stored in %s", source.name, len(raw), folder)
    if absent := sorted(set(CATALOGUE) - set(raw)):
        log.info("not at this source, so missing from here on: %s", ", ".join(absent))
    for remark in found:
        log.warning("remark: %s", remark)


def _fetched(source: Source, settings: Params) -> dict[str, pd.DataFrame]:
    """Checked rows of each series that the source has, up to ``data.end``."""
    now = pd.Timestamp.now("UTC")
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


def _fetch(
    source: Source, series: Series, settings: Params, now: pd.Timestamp
) -> pd.DataFrame | None:
    frame = source.fetch(series)
    if frame is None:
        return None
    frame = _until(frame, series, settings.data.end)
    if frame.empty:
        return None
    check(frame, series, _where(source, series, settings), now)
    if FETCHED_AT not in frame:
        frame = frame.assign(**{FETCHED_AT: source.fetched_at(series)})
    if series.kind == "bar":
        frame = frame[frame["time"] + pd.Timedelta(series.interval) <= frame[FETCHED_AT]]
    return None if frame.empty else frame.reset_index(drop=True)


def _until(frame: pd.DataFrame, series: Series, end: str | None) -> pd.DataFrame:
    """Rows up to ``data.end``: later ones are not read. Calendars know what is to come."""
    clock = series.clock
    if end is None or clock is None or series.kind == "calendar" or clock not in frame:
        return frame
    last = pd.Timestamp(end)
    if clock == "time":
        last = (last + DECISION_DELAY).tz_localize("UTC")
    return frame[frame[clock] <= last]


def _where(source: Source, series: Series, settings: Params) -> str:
    if source.name == "files" and series.files:
        return str(Path(settings.data.folder) / place(series)[0])
    return f"{source.name} {series.name}"


def _inspected(raw: Mapping[str, pd.DataFrame], source: Source, settings: Params) -> list[Remark]:
    scope = scope_of(settings, _newest(raw))
    found = [
        remark
        for name, frame in raw.items()
        for remark in _remarks(frame, CATALOGUE[name], source, settings, scope)
    ]
    return [*found, *tickers.inspect(raw)]


def _remarks(
    frame: pd.DataFrame, series: Series, source: Source, settings: Params, scope: Scope
) -> list[Remark]:
    found = inspect(frame, series, _where(source, series, settings), scope)
    # Without the folder's own name, so that a copy of it elsewhere stores the same.
    file = f" ({place(series)[0]})" if source.name == "files" else ""
    return [Remark(remark.about, remark.text + file) for remark in found]


def _newest(raw: Mapping[str, pd.DataFrame]) -> pd.Timestamp:
    """Last date of any dated series."""
    return max(
        frame["date"].iloc[-1]
        for name, frame in raw.items()
        if CATALOGUE[name].kind in {"value", "panel"}
    )


def _unread(settings: Params) -> list[Remark]:
    """Files of the user's folder that nothing reads."""
    folder = Path(settings.data.folder)
    return [] if settings.data.simulated or not folder.is_dir() else unread(folder)


def _remove_others(written: Iterable[Path]) -> None:
    """Remove what an earlier run stored and this one did not, the other sources' folders too."""
    kept = set(written)
    for path in [*store.RAW.rglob("*.parquet"), *store.RAW.rglob("*.json")]:
        if path not in kept:
            path.unlink(missing_ok=True)
    for folder in store.RAW.iterdir():
        # What holds something else than raw rows stays.
        with suppress(OSError):
            if folder.is_dir():
                folder.rmdir()


if __name__ == "__main__":
    stage(main)
