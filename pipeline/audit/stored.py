"""The audit's own reading of what ingest stored, beside align's."""

import pandas as pd

from pipeline.base.errors import DataMissingError
from pipeline.catalogue import CATALOGUE
from pipeline.storage import store


def read_stored(source: str) -> dict[str, pd.DataFrame]:
    """Every stored row of every series, as it stands on disk.

    Raises
    ------
    DataMissingError
        When nothing is stored, or a file is of no series of the catalogue.
    """
    folder = store.RAW / source
    paths = sorted(folder.glob("*.parquet"))
    unknown = [path.name for path in paths if path.stem not in CATALOGUE]
    if unknown or not paths:
        found = f"holds {', '.join(unknown)}, of no series" if unknown else "holds nothing"
        raise DataMissingError(f"{folder} {found}; run `dvc repro`")
    # Not by `pipeline.storage.store`, through which align reads them.
    return {path.stem: pd.read_parquet(path) for path in paths}
