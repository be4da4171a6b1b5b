"""Dated values and snapshots: the last one public, its age, and nothing past its carry limit."""

import numpy as np
import pandas as pd

from pipeline.aligning.clock import Clock, Positions
from pipeline.series.kinds import Series


def known_values(raw: pd.DataFrame, series: Series, clock: Clock) -> pd.DataFrame:
    """Last value public at each decision: columns ``name`` and ``name.age`` (sessions)."""
    if series.kind == "value":
        public, observed = clock.of_date(raw["date"], series.lag), clock.described(raw["date"])
    else:
        public = observed = clock.of_instant(raw["time"])
    return _latest(raw["value"], public, observed, series, clock)


def observed_values(raw: pd.DataFrame, series: Series, clock: Clock) -> pd.Series:
    """Last value by the date it describes, whenever it was published: for the labels alone."""
    public, observed = clock.of_date(raw["date"]), clock.described(raw["date"])
    return _latest(raw["value"], public, observed, series, clock)[series.name]


def session_totals(raw: pd.DataFrame, series: Series, clock: Clock) -> pd.DataFrame:
    """Sum of a flow over each session's span (since the previous decision)."""
    position = clock.of_instant(raw["time"])
    totals = raw["value"].groupby(position).sum()
    value = totals.reindex(range(len(clock.sessions))).set_axis(clock.sessions)
    return _with_age(series.name, value, value.where(value.isna(), 0.0))


def mean_annual_rate(raw: pd.DataFrame, series: Series, clock: Clock) -> pd.DataFrame:
    """Mean funding over each session's span, as a fraction per year by its own interval."""
    annual = raw["rate"] * (24.0 / raw["interval_hours"]) * 365.0
    position = clock.of_instant(raw["time"])
    means = annual.groupby(position).mean()
    value = means.reindex(range(len(clock.sessions))).set_axis(clock.sessions)
    return _carried(series, value)


def session_bars(raw: pd.DataFrame, series: Series, clock: Clock) -> pd.DataFrame:
    """Bars that ended in each session's span, as one bar; only complete ones are in ``raw``.

    The close is column ``name``; ``name.open``, ``.high``, ``.low`` and ``.volume`` stand beside.
    """
    ends = raw["time"] + pd.Timedelta(series.interval)
    spans = raw.groupby(clock.of_instant(ends))
    bar = spans.agg(
        {"open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum"}
    )
    bar = bar.reindex(range(len(clock.sessions))).set_axis(clock.sessions)
    close = _carried(series, bar.pop("close"))
    recent = recent_closes(raw, series, clock)
    return pd.concat([close, bar.add_prefix(f"{series.name}."), recent], axis=1)


def recent_names(series: Series) -> list[str]:
    """Columns of the last closes of a series' bars, newest first."""
    return [f"{series.name}.back_{back}" for back in range(series.recent)]


def recent_closes(raw: pd.DataFrame, series: Series, clock: Clock) -> pd.DataFrame:
    """Closes of the last bars that were complete at each decision; missing where they are old.

    A bar that is open at the decision has a close of later: it counts from its end.
    """
    newest = clock.newest(raw["time"] + pd.Timedelta(series.interval))
    places = newest[:, None] - np.arange(series.recent)
    known = np.where(newest[:, None] >= 0, places, -1)
    closes = raw["close"].reset_index(drop=True).reindex(known.ravel()).to_numpy(dtype=float)
    return pd.DataFrame(closes.reshape(known.shape), clock.sessions, recent_names(series))


def _latest(
    values: pd.Series, public: Positions, observed: Positions, series: Series, clock: Clock
) -> pd.DataFrame:
    count = len(clock.sessions)
    rows = pd.DataFrame({"value": values.to_numpy(), "observed": observed}, index=public)
    rows = rows[clock.in_panel(public)]
    rows = rows[~rows.index.duplicated(keep="last")].reindex(range(count)).ffill()
    age = np.arange(count) - rows["observed"]
    value = rows["value"].where(age <= series.carry)
    return _with_age(series.name, value.set_axis(clock.sessions), age.set_axis(clock.sessions))


def _carried(series: Series, value: pd.Series) -> pd.DataFrame:
    position = pd.Series(np.arange(len(value), dtype=float), index=value.index)
    age = position - position.where(value.notna()).ffill()
    return _with_age(series.name, value.ffill().where(age <= series.carry), age)


def _with_age(name: str, value: pd.Series, age: pd.Series) -> pd.DataFrame:
    return pd.DataFrame({name: value, f"{name}.age": age})
