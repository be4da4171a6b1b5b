"""The one table by session that all charts over time share; the page holds it once."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from models.forecasting.pool import POOL
from models.scenarios import SCENARIOS
from pipeline.base.errors import DataMissingError
from pipeline.report.inputs import Inputs

DAILY = "daily"
"""Name of the shared table in the page."""

BACK = "sessions_back"
"""Column that counts the sessions back from the last, which is 0."""

SINCE = pd.Timestamp("2018-01-01")
"""First session shown: the year of the first named window."""

PRICES = ("qqq", "btc", "vix")
SHOWN_WINDOWS = ("now", "ahead")
OPEN_INTEREST = ("btc_open_interest_change_5", "btc_open_interest_change_21")
"""Log changes, which are shown as fractions."""

SHOWN_FEATURES = (
    "btc_spy_correlation_20",
    "btc_spy_correlation_60",
    "tech_above_200",
    "semis_above_200",
    "software_above_200",
    "btc_funding_week",
    "eth_funding_week",
    *OPEN_INTEREST,
    "turbulence_1",
    "turbulence_21",
)
"""Features that some chart draws over time."""

_DIGITS = 4


def daily_source() -> alt.NamedData:
    """The shared table, for a chart that reads it."""
    return alt.NamedData(DAILY)


@cache
def daily_table(inputs: Inputs) -> pd.DataFrame:
    """Everything drawn over time, by session since `SINCE`.

    Columns: prices, `BACK`, ``<window>_<scenario>`` out of sample by the pool, ``state_<k>`` and
    features. What no run has left is left out.
    """
    parts = [_optional(part, inputs) for part in (_prices, _outlook, _states, _features)]
    table = pd.concat(parts, axis=1).sort_index()
    table = table[table.index >= SINCE].rename_axis("session")
    return table.assign(**{BACK: np.arange(len(table))[::-1]})


def drawn(inputs: Inputs, names: Iterable[str]) -> pd.DataFrame:
    """Some columns of the shared table, without the sessions on which all of them are missing.

    Raises
    ------
    DataMissingError
        When a column has no value at all.
    """
    table = daily_table(inputs).reindex(columns=list(names))
    empty = [str(name) for name in table if table[name].isna().all()]
    if empty:
        raise DataMissingError(f"no data for {', '.join(empty)}; run `dvc repro`")
    return table.dropna(how="all")


def packed(table: pd.DataFrame) -> dict[str, list[Any]]:
    """Columns as lists: dates as text, numbers to four significant digits, None where missing."""
    columns: dict[str, list[Any]] = {"session": [f"{day:%Y-%m-%d}" for day in table.index]}
    for name in table:
        columns[str(name)] = [_short(value) for value in table[name].to_numpy(dtype=float)]
    return columns


def rows(columns: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    """Packed columns as the rows that Vega-Lite reads; the page does the same in the browser."""
    names = list(columns)
    made = (dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True))
    # A time of day makes the browser read a local date: a bare one would be UTC, a day early west
    # of Greenwich.
    return [{**row, "session": f"{row['session']}T00:00:00"} for row in made]


def _short(value: float) -> float | None:
    return float(f"{value:.{_DIGITS}g}") if np.isfinite(value) else None


def _optional(part: Callable[[Inputs], pd.DataFrame], inputs: Inputs) -> pd.DataFrame:
    try:
        return part(inputs)
    except DataMissingError:
        return pd.DataFrame(index=pd.DatetimeIndex([]))


def _prices(inputs: Inputs) -> pd.DataFrame:
    return inputs.panel(*PRICES)


def _outlook(inputs: Inputs) -> pd.DataFrame:
    pooled = inputs.outlook[inputs.outlook["model"] == POOL]
    shown = pooled[pooled["window"].isin(SHOWN_WINDOWS)]
    by_window = [
        rows.set_index("session")[list(SCENARIOS)].add_prefix(f"{window}_")
        for window, rows in shown.groupby("window")
    ]
    return pd.concat(by_window, axis=1)


def _states(inputs: Inputs) -> pd.DataFrame:
    return inputs.states.filter(regex=r"^state_\d+$")


def _features(inputs: Inputs) -> pd.DataFrame:
    shown = inputs.features[[name for name in SHOWN_FEATURES if name in inputs.features]]
    return shown.assign(**{n: np.expm1(shown[n]) for n in OPEN_INTEREST if n in shown})
