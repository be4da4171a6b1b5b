"""The panel: every series of the catalogue at every session, as known at its decision time."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from pipeline.aligning import calendars, joins, membership, values
from pipeline.aligning.clock import Clock
from pipeline.catalogue import CATALOGUE, JOINS
from pipeline.series.kinds import FETCHED_AT, Series

Raw = Mapping[str, pd.DataFrame]
"""Raw rows by series' name; a series that the source lacks is absent."""

_ALIGNERS = {
    "value": values.known_values,
    "snapshot": values.known_values,
    "flow": values.session_totals,
    "funding": values.mean_annual_rate,
    "bar": values.session_bars,
    "calendar": calendars.event_distances,
}
_COLUMNS = {
    "bar": ("", ".age", ".open", ".high", ".low", ".volume"),
    "calendar": (".next", ".last"),
}


def build_panel(raw: Raw, clock: Clock) -> pd.DataFrame:
    """Align all series; one row a session, all-NaN columns where the source has nothing."""
    known = [series for series in CATALOGUE.values() if series.kind in _ALIGNERS]
    parts = [*_each(raw, known, clock), *_members(raw, clock)]
    return _with_joins(pd.concat(parts, axis=1))


def build_round_the_clock(raw: Raw, clock: Clock) -> pd.DataFrame:
    """The panel's columns of the market that never closes alone."""
    wanted = [series for series in CATALOGUE.values() if series.round_the_clock]
    return _with_joins(pd.concat(_each(raw, wanted, clock), axis=1))


def build_observed(raw: Raw, clock: Clock) -> pd.DataFrame:
    """Dated values by the date they describe, and bars' closes: what the labels measure."""
    dated = [
        values.observed_values(raw[series.name], series, clock)
        if series.kind == "value"
        else values.session_bars(raw[series.name], series, clock)[series.name]
        for series in CATALOGUE.values()
        if series.name in raw and series.kind in {"value", "bar"}
    ]
    return pd.concat(dated, axis=1)


def _each(raw: Raw, wanted: Iterable[Series], clock: Clock) -> list[pd.DataFrame]:
    return [_aligned(raw.get(series.name), series, clock) for series in wanted]


def _with_joins(panel: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([panel, *(joins.joined(panel, join) for join in JOINS)], axis=1).copy()


def _aligned(raw: pd.DataFrame | None, series: Series, clock: Clock) -> pd.DataFrame:
    if raw is not None:
        return _ALIGNERS[series.kind](raw, series, clock)
    columns = [f"{series.name}{ending}" for ending in _COLUMNS.get(series.kind, ("", ".age"))]
    columns += values.recent_names(series)
    return pd.DataFrame(np.nan, index=clock.sessions, columns=columns)


def _members(raw: Raw, clock: Clock) -> list[pd.DataFrame]:
    if "members" not in raw or "members_meta" not in raw:
        return []
    prices = raw["members"].drop(columns=FETCHED_AT).set_index("date").reindex(clock.sessions)
    tickers = list(prices.columns)
    masks = membership.memberships(tickers, raw["members_meta"], raw.get("ndx_changes"), clock)
    return [prices.add_prefix("members."), masks]
