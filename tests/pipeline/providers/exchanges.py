"""Small histories of a market that never closes, and how exchanges write them."""

import json
from typing import Any

import pandas as pd

from tests.pipeline.providers.client.contract import smooth
from tests.pipeline.providers.client.server import Answer


def every(step: str, start: str = "2024-01-01", end: str = "2024-07-12") -> pd.Series:
    """UTC instants, a little beyond the contract's ``now``."""
    times = pd.date_range(start, end, freq=step, tz="UTC").as_unit("ns")
    return pd.Series(times, name="time")


def bars(times: pd.Series, low: float = 40_000, high: float = 70_000) -> pd.DataFrame:
    values = pd.Series(list(smooth(len(times), low, high)))
    return pd.DataFrame(
        {
            "time": times,
            "open": values,
            "high": values * 1.01,
            "low": values * 0.99,
            "close": values.shift(-1).fillna(low),
            "volume": values / 100,
        }
    )


def values(times: pd.Series, low: float, high: float) -> pd.DataFrame:
    return pd.DataFrame({"time": times, "value": list(smooth(len(times), low, high))})


def funding(times: pd.Series, hours: float = 8.0) -> pd.DataFrame:
    rates = [round(rate, 8) for rate in smooth(len(times), -3, 5)]
    return pd.DataFrame(
        {"time": times, "rate": [rate / 10_000 for rate in rates], "interval_hours": hours}
    )


def ms(instant: pd.Timestamp) -> int:
    return instant.value // 1_000_000


def at(milliseconds: str | int) -> pd.Timestamp:
    return pd.Timestamp(int(milliseconds), unit="ms", tz="UTC")


def sent(document: Any, status: int = 200) -> Answer:
    return Answer(json.dumps(document).encode(), status)
