"""A small folder of the user's own: the required series alone, on two years of sessions."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from pipeline.series.calendar import sessions
from tools.small_project import committed_params

FIRST, LAST = "2018-01-02", "2019-12-31"
LEVELS = {
    "rates/us2y.csv:value": 2.0,
    "rates/us10y.csv:value": 2.5,
    "rates/real10y.csv:value": 0.6,
    "dollar/dxy.csv:close": 95.0,
    "volatility/vix.csv:close": 15.0,
    "credit/hy_oas.csv:BAMLH0A0HYM2": 4.0,
    "equities/etf_adjclose.csv:SPY": 270.0,
    "equities/etf_adjclose.csv:QQQ": 160.0,
}


def tables() -> dict[str, pd.DataFrame]:
    """Each file as a table indexed by date, its values walking a little around a level."""
    days = sessions(FIRST, LAST)
    walks = np.random.default_rng(5).normal(0.0, 0.002, (len(LEVELS), len(days))).cumsum(axis=1)
    files: dict[str, dict[str, Any]] = {}
    for (place, level), walk in zip(LEVELS.items(), walks, strict=True):
        path, _colon, column = place.partition(":")
        files.setdefault(path, {})[column] = (level * np.exp(walk)).round(4)
    return {path: pd.DataFrame(columns, index=days) for path, columns in files.items()}


def write(folder: Path, path: str, table: pd.DataFrame) -> None:
    """Write one file, its index as column ``date``."""
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    table.rename_axis("date").to_csv(folder / path, date_format="%Y-%m-%d")


def bars(first: str, last: str, interval: str) -> pd.DataFrame:
    """Bars that hold together, stamped at their open, indexed as the file writes it."""
    times = pd.date_range(first, last, freq=interval, tz="UTC")
    close = 7000.0 + np.arange(len(times))
    table = {"open": close - 1, "high": close + 2, "low": close - 2, "close": close, "volume": 1.0}
    return pd.DataFrame(table, index=times.strftime("%Y-%m-%dT%H:%M:%SZ"))


def make(place: Path) -> Path:
    """``params.yaml`` and ``own/`` in a folder; gives the folder of CSV files."""
    params = committed_params()
    params["data"] |= {"source": "files", "folder": "own", "start": FIRST, "end": None}
    params["features"]["start"] = "2018-06-01"
    params["walk_forward"]["first_test"] = "2019-06-03"
    (place / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False), encoding="utf-8")
    for path, table in tables().items():
        write(place / "own", path, table)
    return place / "own"


def set_data(place: Path, **values: object) -> None:
    """Change the section ``data`` of ``params.yaml``."""
    params = yaml.safe_load((place / "params.yaml").read_text(encoding="utf-8"))
    params["data"] |= values
    (place / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False), encoding="utf-8")
