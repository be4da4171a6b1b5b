"""A call with every part of the document, as the desk writes it."""

from typing import Any

from models.scenarios import SCENARIOS


def condition(text: str, *, met: bool | None) -> dict[str, Any]:
    """One condition of a rule."""
    return {
        "feature": "dxy_change_21", "value": 0.02, "unit": "fraction", "above": 0.015,
        "below": None, "met": met, "age_sessions": 1, "text": text, "brief": text,
    }  # fmt: skip


def a_call(
    session: str, ahead: tuple[float, float, float] = (0.6, 0.3, 0.1), **other: Any
) -> dict[str, Any]:
    """The call of a session, with some parts replaced."""
    proba = dict(zip(SCENARIOS, ahead, strict=True))
    risen = condition("dollar over 21 sessions +2.0 % (above +1.5 %)", met=True)
    windows = {"now": (5, 5), "week": (0, 5), "ahead": (0, 10), "month": (0, 21)}
    return {
        "schema_version": 2,
        "session": session,
        "decision_time": f"{session}T00:30:00+00:00",
        "simulated": True,
        "scenario": max(proba, key=lambda name: proba[name]),
        "scenario_in_progress": None,
        "windows": {name: {"back": b, "ahead": a} for name, (b, a) in windows.items()},
        "probabilities": dict.fromkeys(windows, proba),
        "conformal_set": list(SCENARIOS),
        "conformal_sets": {"now": ["base", "tightening_shock"], "ahead": list(SCENARIOS)},
        "state": {"label": "normal", "since": "2020-01-02", "entropy": 0.1, "posterior": [0, 1]},
        "tier": 1,
        "exposure": 0.75,
        "policy": {"name": "target", "why": "Holds what the evidence supports."},
        "risk": 0.25,
        "action": "none",
        "event_kind": "none",
        "event_evidence": [],
        "tape": "quiet",
        "open_interest_reset": None,
        "driver": "dollar squeeze",
        "reentry": True,
        "defence": False,
        "stack": 1,
        "stack_parts": {"technology": True, "outside shock": None},
        "cascade": {"step": 2, "name": "rates and dollar", "active": ["rates and dollar"]},
        "checklist": [
            {"step": "macro", "status": "warn", "evidence": [risen], "age_sessions": 1}
        ],
        "playbooks": {"swing": [risen, condition("credit is calm", met=False)]},
        "drivers": [
            {"driver": "conditions", "contribution": 0.4, "to_risk": 0.1},
            {"driver": "leadership", "contribution": -0.1, "to_risk": 0.2},
            {"driver": "credit", "contribution": -0.001, "to_risk": 0.0},
        ],
        "narrative": "Macro <warns>.",
        "nearest_flip": {
            "feature": "log_vix", "driver": "volatility", "unit": "log", "value": 3.0,
            "move": 0.2, "standard_deviations": 1.5, "tier": 2,
        },
        "analogs": [
            {"session": "2019-05-06", "distance": 0.4, "scenario": "base",
             "spy": -0.02, "qqq": 0.01, "btc": None},
        ],
        "drift": {
            "out_of_distribution": False, "distance": 0.9, "limit": 2.0,
            "outside_range": [], "shifted": {"log_vix": 1.2},
        },
        "freshness": {
            "vix": {"last": session, "missing": False, "age_sessions": 0, "limit": 5},
            "move": {"last": None, "missing": True, "age_sessions": None, "limit": 5},
        },
        "model": {
            "name": "abc123", "version": 1, "source": "simulated",
            "fit_end": dict.fromkeys(windows, "2018-12-31"),
        },
        "late": [],
        "ledger": {"kind": "live", "published_at": f"{session}T01:00:00+00:00", "revises": []},
        **other,
    }  # fmt: skip
