"""How old every series is, and the refusal to score on one that is too old."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from features.engine.declaration import COMPONENTS
from features.registry import MEMBER_FAMILIES
from pipeline.base.errors import DataMissingError
from pipeline.catalogue import CATALOGUE, JOINS
from pipeline.series.calendar import bond_holidays
from pipeline.series.kinds import Series

_VENDORS = {join.name: join.members for join in JOINS}
"""A joined series is as old as the freshest of its vendors."""

_BOND_HOLIDAYS = 3
"""Sessions among which at least one is no holiday of the bond market."""


def freshness(reads: Iterable[str], panel: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """State of every series at the panel's last session.

    Returns
    -------
    dict
        By series: date of the ``last`` observation, ``age_sessions``, the ``limit`` in sessions
        over which it is carried, and whether it is ``missing``.
    """
    names = dict.fromkeys(name.partition(".")[0] for name in reads)
    today = panel.iloc[-1]
    return {name: _one(name, panel, today) for name in names if name in panel}


def check_known(reads: Iterable[str], panel: pd.DataFrame) -> None:
    """Stop when a required series has no value at the last session: its last one is too old.

    Raises
    ------
    DataMissingError
        Naming the series, its last date, what was needed and how to bring it.
    """
    session = panel.index[-1]
    for series in _required(reads):
        if pd.isna(panel[series.name].iloc[-1]):
            last = _last_date(panel[series.name])
            known = "has no observation" if last is None else f"ends on {last}"
            needed = panel.index[max(-1 - series.carry, -len(panel))]
            raise DataMissingError(
                f"{series.name} ({series.about}) {known}, and the call of {session:%Y-%m-%d} needs "
                f"one of {needed:%Y-%m-%d} or later ({series.carry} sessions at most); bring newer "
                "rows and run `dvc repro`, or end the data earlier with data.end of params.yaml"
            )


def late(reads: Iterable[str], panel: pd.DataFrame) -> list[dict[str, str]]:
    """Required series that lack the value which their publication lag promises by the last session.

    Returns
    -------
    list of dict
        ``series``, date of its ``last`` observation that is public, and the date that was ``due``.
    """
    found, today = [], panel.iloc[-1]
    for series in _required(reads):
        due, age = _promised(series, pd.DatetimeIndex(panel.index)), _age(series.name, today)
        if due is not None and (age is None or panel.index[-1 - age] < due):
            last = "none" if age is None else f"{panel.index[-1 - age]:%Y-%m-%d}"
            found.append({"series": series.name, "last": last, "due": f"{due:%Y-%m-%d}"})
    return found


def _required(reads: Iterable[str]) -> list[Series]:
    return [CATALOGUE[n] for n in sorted(set(reads) & set(CATALOGUE)) if CATALOGUE[n].required]


def _is_yield(series: Series) -> bool:
    return series.driver == "rates" and series.unit == "percent"


def _promised(series: Series, sessions: pd.DatetimeIndex) -> pd.Timestamp | None:
    """Newest session whose observation is public by now; None for weekly releases."""
    if series.lag.weekday is not None:
        return None
    public = sessions[: len(sessions) - series.lag.sessions]
    closed = bond_holidays(public[-_BOND_HOLIDAYS:]) if _is_yield(series) else ()
    open_then = [session for session in public[-_BOND_HOLIDAYS:] if session not in closed]
    return open_then[-1] if open_then else None


def age_of(inputs: Iterable[str], components: Iterable[str], today: pd.Series) -> int | None:
    """Sessions since the oldest observation that a feature rests on.

    Parameters
    ----------
    inputs, components
        What the feature reads, and what the composite does if that is one of them.
    today
        The panel's last row.
    """
    names = [part for name in inputs for part in (components if name == COMPONENTS else (name,))]
    ages = [_age(name.partition(".")[0], today) for name in names if name not in MEMBER_FAMILIES]
    known = [age for age in ages if age is not None]
    # Members are adjusted closes of the session itself: they are never carried.
    fresh = [0] if any(name in MEMBER_FAMILIES for name in names) else []
    return max([*known, *fresh], default=None)


def _one(name: str, panel: pd.DataFrame, today: pd.Series) -> dict[str, Any]:
    age = _age(name, today)
    last = _last_date(panel[name]) if age is None else f"{panel.index[-1 - age]:%Y-%m-%d}"
    return {
        "last": last,
        "age_sessions": age,
        "limit": CATALOGUE[name].carry if name in CATALOGUE else None,
        "missing": bool(np.isnan(today[name])),
    }


def _age(name: str, today: pd.Series) -> int | None:
    if name in _VENDORS:
        ages = [age for vendor in _VENDORS[name] if (age := _age(vendor, today)) is not None]
        return min(ages, default=None)
    sessions = float(today.get(f"{name}.age", np.nan))
    return None if np.isnan(sessions) else int(sessions)


def _last_date(values: pd.Series) -> str | None:
    known = values.index[values.notna()]
    return f"{known[-1]:%Y-%m-%d}" if len(known) else None
