"""The view between sessions: the last call, the same brought up to a moment, and what moved it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from features.registry import select
from models.states.inputs import STATE
from pipeline.desk.tier import NO_MOVE
from pipeline.provisional.known import known_at
from pipeline.provisional.rows import ROUND_THE_CLOCK, Rows, ends
from pipeline.provisional.verdict import read_verdict
from pipeline.scoring.attributions import Attribution
from pipeline.scoring.call import call_from
from pipeline.scoring.document import Call
from pipeline.scoring.model import Model
from pipeline.scoring.reference import read_reference
from pipeline.scoring.snapshot import Snapshot
from pipeline.series.calendar import decision_time, next_session

SCHEMA_VERSION = 1
"""Grows when a part of the document changes its meaning or goes."""

_ONLY_OF_CALLS = {"decision_time", "ledger", "narrative", "schema_version", "session", "simulated"}
"""Parts that the view says itself, or that only a published call has."""


class Side(NamedTuple):
    """A snapshot with its call, what the model reads of it, and the pushes to risk, in log odds."""

    snapshot: Snapshot
    call: Call
    latest: pd.DataFrame
    by_input: Mapping[str, float]
    by_driver: Mapping[str, float]


def view(model: Model, snapshot: Snapshot, rows: Rows, moment: pd.Timestamp) -> dict[str, Any]:
    """What is said between sessions; it is no call, and enters no ledger.

    Parameters
    ----------
    rows
        Round-the-clock rows known at the moment (`pipeline.provisional.rows.rows_at`).
    moment
        UTC instant before the next session's decision.

    Returns
    -------
    dict
        ``before`` and ``after``: the call's parts at its decision time and at the moment;
        ``fresh``: series with rows since then, and the instant that they reach; ``drivers`` and
        ``moved``: drivers and features whose push towards a large move (away from base), or
        whose value, has moved, in log odds, the largest change first;
        ``verdict``: what such views were worth (`pipeline.provisional.verdict`).
    """
    before = _side(model, snapshot, model.latest(snapshot.panel, snapshot.published))
    after = _side(model, *known_at(model, snapshot, rows, moment))
    session = snapshot.session
    return {
        "schema_version": SCHEMA_VERSION,
        "provisional": True,
        "moment": moment.isoformat(),
        "simulated": model.simulated,
        "session": f"{session:%Y-%m-%d}",
        "decision_time": before.call["decision_time"],
        "next_decision_time": decision_time(next_session(session)).isoformat(),
        "windows": before.call["windows"],
        "fresh": _fresh(before, after, rows),
        "before": _parts(before.call),
        "after": _parts(after.call),
        "drivers": _drivers(before, after),
        "moved": _moved(model, before, after),
        "verdict": read_verdict(),
    }


def _side(model: Model, snapshot: Snapshot, latest: pd.DataFrame) -> Side:
    settings = read_reference(model.desk).settings
    attribution = Attribution(model, latest, snapshot.panel, settings.drivers)
    window = settings.tier.window
    by_input, by_driver = (
        {name: -push for name, push in of(window, NO_MOVE).items()}
        for of in (attribution.by_input, attribution.of)
    )
    return Side(snapshot, call_from(model, snapshot, latest), latest, by_input, by_driver)


def _parts(call: Call) -> dict[str, Any]:
    return {name: part for name, part in call.items() if name not in _ONLY_OF_CALLS}


def _fresh(before: Side, after: Side, rows: Rows) -> list[dict[str, Any]]:
    """Round-the-clock series that the model reads and that have a row since the decision."""
    decision = decision_time(before.snapshot.session)
    found = []
    for series in ROUND_THE_CLOCK:
        if series.name not in before.snapshot.panel or series.name not in rows:
            continue
        until = ends(rows[series.name], series).iloc[-1]
        if until > decision:
            here, there = (float(s.snapshot.panel[series.name].iloc[-1]) for s in (before, after))
            found.append(
                {
                    "series": series.name,
                    "unit": series.unit,
                    "until": until.isoformat(),
                    "before": _number(here),
                    "after": _number(there),
                }
            )
    return found


def _drivers(before: Side, after: Side) -> list[dict[str, Any]]:
    """Pushes to risk of each driver that moved, the largest change first."""
    names = dict.fromkeys([*before.by_driver, *after.by_driver])
    rows = [
        {
            "driver": name,
            "before": before.by_driver.get(name, 0.0),
            "after": after.by_driver.get(name, 0.0),
        }
        for name in names
    ]
    moved = [row for row in rows if row["before"] != row["after"]]
    return sorted(moved, key=lambda row: -abs(row["after"] - row["before"]))


def _moved(model: Model, before: Side, after: Side) -> list[dict[str, Any]]:
    """Features that have moved, the largest change of a push first."""
    here, there = before.latest.iloc[-1], after.latest.iloc[-1]
    names = [str(name) for name in here.index if _differs(float(here[name]), float(there[name]))]
    known = {each.name: each for each in select([n for n in names if not n.startswith(STATE)])}
    spread = read_reference(model.desk).spread
    rows = [
        {
            "feature": name,
            "driver": known[name].driver if name in known else "states",
            "label": known[name].label if name in known else name,
            "unit": known[name].unit if name in known else "probability",
            "before": _number(float(here[name])),
            "after": _number(float(there[name])),
            "push_to_risk": after.by_input.get(name, 0.0) - before.by_input.get(name, 0.0),
        }
        for name in names
    ]

    def size(row: dict[str, Any]) -> tuple[float, float]:
        moved = (row["after"] or 0.0) - (row["before"] or 0.0)
        return -abs(row["push_to_risk"]), -abs(moved) / spread.get(row["feature"], np.inf)

    return sorted(rows, key=size)


def _differs(one: float, other: float) -> bool:
    return one != other and not (np.isnan(one) and np.isnan(other))


def _number(value: float) -> float | None:
    return None if np.isnan(value) else value
