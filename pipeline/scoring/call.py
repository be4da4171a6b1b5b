"""One session's call: the outlook, the desk's judgement of it and the evidence behind both."""

from typing import Any, cast

import numpy as np
import pandas as pd

from features.engine.declaration import COMPONENTS
from features.maths.composite import series_of
from features.registry import select
from models.evaluation.conformal import conformal_sets
from models.scenarios import SCENARIOS
from pipeline.desk.decision import Decision, decide
from pipeline.desk.history import evening
from pipeline.desk.narrative import narrative
from pipeline.desk.rules import Day, evaluate_conditions
from pipeline.desk.tier import NO_MOVE
from pipeline.scoring.analogs import analogs
from pipeline.scoring.attributions import Attribution, named
from pipeline.scoring.book.document import BookRisk
from pipeline.scoring.book.risk import book_risk, known_windows
from pipeline.scoring.document import SCHEMA_VERSION, Call
from pipeline.scoring.drift import drift
from pipeline.scoring.exposure import policy_of, suggested
from pipeline.scoring.flip import nearest_flip
from pipeline.scoring.freshness import age_of, freshness, late
from pipeline.scoring.model import Model
from pipeline.scoring.reference import Reference, read_reference
from pipeline.scoring.snapshot import Snapshot
from pipeline.series.calendar import decision_time

OUTLOOK_WINDOW = "ahead"
"""The window whose likeliest scenario is the call's."""


def make_call(model: Model, snapshot: Snapshot) -> Call:
    """What is said about the last session of the snapshot.

    Returns
    -------
    Call
        The document of ``undertow score --json``.
    """
    return call_from(model, snapshot, model.latest(snapshot.panel, snapshot.published))


def call_from(model: Model, snapshot: Snapshot, latest: pd.DataFrame) -> Call:
    """As `make_call`, from what the windows and the desk read (`Model.latest`)."""
    reference = read_reference(model.desk)
    day = make_day(model, snapshot, latest)
    said = decide(day, reference.settings)
    attribution = Attribution(model, latest, snapshot.panel, reference.settings.drivers)
    scenario = likeliest(day, OUTLOOK_WINDOW)
    risk_pushes = _risk_pushes(attribution, reference)
    driver = named(risk_pushes, reference.settings.drivers)
    guard = drift(reference, latest.tail(1), snapshot.past)
    simulated, window = model.simulated, model.windows[OUTLOOK_WINDOW].window
    exposure = suggested(model, reference, snapshot, evening(day, said, reference.settings.tier))
    policy = policy_of(reference)
    document = {
        "schema_version": SCHEMA_VERSION,
        "session": f"{snapshot.session:%Y-%m-%d}",
        "decision_time": decision_time(snapshot.session).isoformat(),
        "simulated": simulated,
        "scenario": scenario,
        "scenario_in_progress": likeliest(day, "now") if "now" in day.probabilities else None,
        "windows": {
            name: {"back": each.window.back, "ahead": each.window.ahead}
            for name, each in model.windows.items()
        },
        "probabilities": day.probabilities,
        **_sets(reference, day),
        "state": _state(snapshot.published),
        **_judged(said, day, reference),
        "exposure": exposure,
        "policy": {"name": policy.name, "why": policy.why},
        "driver": driver,
        "drivers": _drivers(attribution.of(OUTLOOK_WINDOW, scenario), risk_pushes),
        "narrative": narrative(
            said,
            day.probabilities,
            driver,
            exposure=exposure,
            ahead=window.ahead,
            simulated=simulated,
            unusual=guard["out_of_distribution"],
        ),
        "nearest_flip": nearest_flip(model, reference, latest.tail(1), day),
        "analogs": analogs(reference, latest.tail(1), snapshot, window),
        "drift": guard,
        "book": _book(reference, snapshot, day, window.ahead),
        "freshness": freshness(model.reads, snapshot.panel),
        "late": late(model.reads, snapshot.panel),
        "model": {
            "name": model.name,
            "version": None,
            "source": model.source,
            "fit_end": {
                name: f"{window.fit_end:%Y-%m-%d}" for name, window in model.windows.items()
            },
        },
    }
    return cast("Call", document)


def _book(reference: Reference, snapshot: Snapshot, day: Day, horizon: int) -> BookRisk | None:
    known = known_windows(snapshot.labels, OUTLOOK_WINDOW, snapshot.session)
    proba = day.probabilities[OUTLOOK_WINDOW]
    return book_risk(reference.book_rules, snapshot.panel, known, proba, horizon, "params.yaml")


def make_day(model: Model, snapshot: Snapshot, latest: pd.DataFrame) -> Day:
    """The session as the rules know it, from what `Model.latest` gives."""
    known = select([*model.inputs, *model.desk["features"]])
    components, today = series_of(model.settings[COMPONENTS]), snapshot.panel.iloc[-1]
    return Day(
        values={str(name): float(value) for name, value in latest.iloc[-1].items()},
        probabilities={
            name: dict(zip(SCENARIOS, window.predict_proba(latest)[-1].tolist(), strict=True))
            for name, window in model.windows.items()
        },
        state=str(snapshot.published["word"].iloc[-1]),
        ages={f.name: age_of(f.inputs, components, today) for f in known},
        labels={f.name: f.label for f in known},
        units={f.name: f.unit for f in known},
    )


def likeliest(day: Day, window: str) -> str:
    """The most probable scenario of a window."""
    proba = day.probabilities[window]
    return max(proba, key=lambda name: proba[name])


def _sets(reference: Reference, day: Day) -> dict[str, Any]:
    """Scenarios that cannot be ruled out: of the outlook, and of every window."""
    sets = {}
    for window, proba in day.probabilities.items():
        held = conformal_sets(np.array([list(proba.values())]), reference.thresholds[window])[0]
        sets[window] = [name for name, held_in in zip(proba, held, strict=True) if held_in]
    return {"conformal_set": sets[OUTLOOK_WINDOW], "conformal_sets": sets}


def _state(published: pd.DataFrame) -> dict[str, Any]:
    last = published.iloc[-1]
    moved = published.index[published["label"] != last["label"]]
    since = published.index[published.index > moved[-1]][0] if len(moved) else published.index[0]
    return {
        "posterior": published.filter(regex=r"^state_\d+$").iloc[-1].tolist(),
        "label": str(last["word"]),
        "since": f"{since:%Y-%m-%d}",
        "entropy": float(last["entropy"]),
    }


def _judged(said: Decision, day: Day, reference: Reference) -> dict[str, Any]:
    settings = reference.settings
    return {
        "tier": said.tier,
        "risk": said.risk,
        "action": said.action,
        "event_kind": said.event_kind,
        "event_evidence": list(said.event_evidence),
        "tape": said.tape,
        "open_interest_reset": said.open_interest_reset,
        "cascade": {
            "step": said.cascade.step,
            "name": said.cascade.name,
            "active": list(said.cascade.active),
        },
        "reentry": said.reentry,
        "defence": said.defence,
        "checklist": [step.document() for step in said.checklist],
        "stack": said.stack.count,
        "stack_parts": said.stack.parts,
        "playbooks": {
            name: [each.document() for each in evaluate_conditions(conditions, day)]
            for name, conditions in settings.playbooks.items()
        },
    }


def _risk_pushes(attribution: Attribution, reference: Reference) -> dict[str, float]:
    """Push of each driver towards a large move: in log odds, away from ``base``."""
    window = reference.settings.tier.window
    return {driver: -push for driver, push in attribution.of(window, NO_MOVE).items()}


def _drivers(pushes: dict[str, float], risk_pushes: dict[str, float]) -> list[dict[str, Any]]:
    ordered = sorted(pushes.items(), key=lambda item: -abs(item[1]))
    return [
        {"driver": driver, "contribution": push, "to_risk": risk_pushes.get(driver, 0.0)}
        for driver, push in ordered
    ]
