"""Raw rows as ingest left them."""

from pipeline.aligning.panel import Raw
from pipeline.base.errors import DataMissingError
from pipeline.catalogue import CATALOGUE
from pipeline.storage import store


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
        if CATALOGUE[name].required and (clock := CATALOGUE[name].clock) == "date"
    ]
    return f"{max(dates):%Y-%m-%d}"
