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
from pipeline.base.run import log, stage
from pipeline.catalogue import CATALOGUE
from pipeline.params import Params
from pipeline.plausibility import inspect, tickers
from pipeline.plausibility.remarks import REMARKS, Remark, keep, together
from pipeline.plausibility.scope import Scope, scope_of
from pipeline.plausibility.shrunk import shrunk
from pipeline.series.kinds import Series
from pipeline.series.source import Source
from pipeline.sources import open_source
from pipeline.sources.folder import place, unread
from pipeline.sources.intake import place_in_words, take_in
from pipeline.storage import store


def main() -> None:
    """Fetch, check and store every series, and the remarks on them."""
    settings = params.load()
    source = open_source(settings)
    folder = store.RAW / source.name
    raw = take_in(source, settings, pd.Timestamp.now("UTC"))
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
    found = inspect(frame, series, place_in_words(source, series, settings), scope)
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
