"""How old every series is, and the refusal to score on one that is too old."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from features.declaration import LEGS
from features.registry import MEMBER_FAMILIES
from pipeline.catalogue import CATALOGUE, JOINS
from pipeline.errors import DataMissingError

_VENDORS = {join.name: join.members for join in JOINS}
"""A joined series is as old as the freshest of its vendors."""


def freshness(reads: Iterable[str], panel: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """State of every series at the panel's last session.

    Returns
    -------
    dict
        By series: date of the ``last`` observation, ``age_sessions``, the ``limit`` in sessions
        over which it is carried, and whether it is ``missing``.
    """
    names = dict.fromkeys(name.partition(".")[0] for name in reads)
    return {name: _one(name, panel) for name in names if name in panel}


def check_fresh(reads: Iterable[str], panel: pd.DataFrame) -> None:
    """Stop when a required series is too old.

    Raises
    ------
    DataMissingError
        Naming the series, its last date, what was needed and how to fetch it.
    """
    session = panel.index[-1]
    for name in sorted(set(reads) & set(CATALOGUE)):
        series = CATALOGUE[name]
        if series.required and pd.isna(panel[name].iloc[-1]):
            last = _last_date(panel[name])
            known = "has no observation" if last is None else f"ends on {last}"
            needed = panel.index[max(-1 - series.carry, -len(panel))]
            raise DataMissingError(
                f"{name} ({series.about}) {known}, and the call of {session:%Y-%m-%d} needs one "
                f"of {needed:%Y-%m-%d} or later ({series.carry} sessions at most); fetch it with "
                "`dvc repro`, for `data.source: files` after putting the newer rows into the folder"
            )


def age_of(inputs: Iterable[str], legs: Iterable[str], panel: pd.DataFrame) -> int | None:
    """Sessions since the oldest observation that a feature rests on."""
    names = [part for name in inputs for part in (legs if name == LEGS else (name,))]
    ages = [_age(name.partition(".")[0], panel) for name in names if name not in MEMBER_FAMILIES]
    known = [age for age in ages if age is not None]
    # Members are adjusted closes of the session itself: they are never carried.
    fresh = [0] if any(name in MEMBER_FAMILIES for name in names) else []
    return max([*known, *fresh], default=None)


def _one(name: str, panel: pd.DataFrame) -> dict[str, Any]:
    age = _age(name, panel)
    last = _last_date(panel[name]) if age is None else f"{panel.index[-1 - age]:%Y-%m-%d}"
    return {
        "last": last,
        "age_sessions": age,
        "limit": CATALOGUE[name].carry if name in CATALOGUE else None,
        "missing": bool(np.isnan(panel[name].iloc[-1])),
    }


def _age(name: str, panel: pd.DataFrame) -> int | None:
    if name in _VENDORS:
        ages = [age for vendor in _VENDORS[name] if (age := _age(vendor, panel)) is not None]
        return min(ages, default=None)
    column = f"{name}.age"
    sessions = float(panel[column].iloc[-1]) if column in panel else np.nan
    return None if np.isnan(sessions) else int(sessions)


def _last_date(values: pd.Series) -> str | None:
    known = values.index[values.notna()]
    return f"{known[-1]:%Y-%m-%d}" if len(known) else None
