"""Series that hold far less than at the last run, as a part export leaves them.

For the message alone: what is stored is what the source holds now.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from pipeline.catalogue import CATALOGUE
from pipeline.plausibility.scope import day
from pipeline.validation import clock_column

_SHARE = 0.8
"""Share of the former rows below which a series has shrunk."""


def shrunk(raw: Mapping[str, pd.DataFrame], folder: Path) -> Iterator[str]:
    """Sentences on series that lost a fifth of their rows or more since they were stored.

    Parameters
    ----------
    raw
        Rows by series' name.
    folder
        Where the last run stored its rows; it need not be there.
    """
    for name, frame in raw.items():
        series, path = CATALOGUE[name], folder / f"{name}.parquet"
        clock = clock_column(series)
        if clock is None or not path.is_file():
            continue
        before = _rows(path)
        if len(frame) >= _SHARE * before:
            continue
        scale = " of adjusted prices" if series.adjusted else ""
        yield (
            f"{folder.name} {series.files or name}: {name} held {before:,} rows at the last run "
            f"and now {len(frame):,} ({day(frame[clock].iloc[0])} to "
            f"{day(frame[clock].iloc[-1])}): a part export{scale}? The source is the truth, so the "
            "rest is gone until you put it back"
        )


def _rows(path: Path) -> int:
    try:
        return int(pq.read_metadata(path).num_rows)
    except (OSError, ValueError):
        # A file that cannot be read is written again by this run.
        return 0
