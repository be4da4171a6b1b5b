"""Stage align: one row a session, holding what was public at its decision time."""

from pipeline import params, store
from pipeline.aligning.clock import Clock
from pipeline.aligning.panel import Raw, build_observed, build_panel
from pipeline.calendar import sessions
from pipeline.catalogue import CATALOGUE
from pipeline.errors import DataMissingError
from pipeline.run import log, stage
from pipeline.validation import clock_column


def main() -> None:
    """Read the raw series and write the panel, by publication and by observation."""
    settings = params.load().data
    raw = load_raw(settings.source)
    clock = Clock(sessions(settings.start, settings.end or last_date(raw)))
    panel = build_panel(raw, clock)
    store.write_parquet(panel, store.PANEL)
    store.write_parquet(build_observed(raw, clock), store.OBSERVED)
    first, last = panel.index[0], panel.index[-1]
    log.info(
        "%d sessions, %s to %s, %d columns", len(panel), first.date(), last.date(), panel.shape[1]
    )


def load_raw(source: str) -> Raw:
    """Stored raw rows of every series that the source had."""
    folder = store.RAW / source
    raw = {
        name: store.read_parquet(path)
        for name in CATALOGUE
        if (path := folder / f"{name}.parquet").exists()
    }
    absent = [name for name, series in CATALOGUE.items() if series.required and name not in raw]
    if absent:
        raise DataMissingError(
            f"{folder} has no {', '.join(absent)}, which every run needs; run `dvc repro`"
        )
    return raw


def last_date(raw: Raw) -> str:
    """Latest date that any required series describes."""
    dates = [
        frame[clock].max()
        for name, frame in raw.items()
        if CATALOGUE[name].required and (clock := clock_column(CATALOGUE[name])) == "date"
    ]
    return f"{max(dates):%Y-%m-%d}"


if __name__ == "__main__":
    stage(main)
