"""Series that hold far less than at the last run, as a part export leaves them.

For the message alone: what is stored is what the source holds now.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from pipeline.base.dates import day
from pipeline.catalogue import CATALOGUE

_SHARE = 0.8
"""Share of the former rows below which a series has shrunk."""


@dataclass(frozen=True)
class _Loss:
    """A series with its rows at the last run, and now."""

    name: str
    before: int
    now: int
    first: pd.Timestamp
    last: pd.Timestamp
    adjusted: bool


def shrunk(raw: Mapping[str, pd.DataFrame], folder: Path, place: str) -> Iterator[str]:
    """Sentences, one a file, on series that lost a fifth of their rows or more.

    Parameters
    ----------
    folder
        Where the last run stored its rows; it need not be there.
    """
    losses: dict[str, list[_Loss]] = {}
    for name, frame in raw.items():
        if (loss := _loss(name, frame, folder / f"{name}.parquet")) is not None:
            path = (CATALOGUE[name].files or name).partition(":")[0]
            losses.setdefault(path, []).append(loss)
    for path, lost in losses.items():
        worst = max(lost, key=lambda loss: loss.before - loss.now)
        others = f" (and {len(lost) - 1} more series of the file)" if len(lost) > 1 else ""
        scale = " of adjusted prices" if worst.adjusted else ""
        yield (
            f"{place}/{path}: {worst.name}{others} held {worst.before:,} rows at the last run and "
            f"now {worst.now:,} ({day(worst.first)} to {day(worst.last)}): a part export{scale}? "
            "The source is the truth, so the rest is gone until you put it back"
        )


def _loss(name: str, frame: pd.DataFrame, path: Path) -> _Loss | None:
    series = CATALOGUE[name]
    clock = series.clock
    if clock is None or not path.is_file():
        return None
    before = _rows(path)
    if len(frame) >= _SHARE * before:
        return None
    first, last = frame[clock].iloc[0], frame[clock].iloc[-1]
    return _Loss(name, before, len(frame), first, last, series.adjusted)


def _rows(path: Path) -> int:
    try:
        return int(pq.read_metadata(path).num_rows)
    except (OSError, ValueError):
        # A file that cannot be read is written again by this run.
        return 0
