"""The evidence behind today's call: each function turns one part of it into what the page prints.

A part that the call does not have gives None, and the page says in its place what to run.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from features.registry import registered
from pipeline.desk.checklist import EXECUTION
from pipeline.report.palette import words
from pipeline.report.text import number, percent
from pipeline.scoring.call import Call

_STEPS_OF_CASCADE = 6


def checklist(call: Call) -> list[dict[str, Any]] | None:
    """Steps in order: ``step, status, evidence`` (conditions), ``note``."""
    steps = call.get("checklist")
    return None if steps is None else [_step(step) for step in steps]


def stack(call: Call) -> list[str] | None:
    """How many stresses stack up and which, and where the cascade stands."""
    parts = call.get("stack_parts")
    if parts is None:
        return None
    by_state: dict[bool | None, list[str]] = {}
    for name, there in parts.items():
        by_state.setdefault(there, []).append(name.replace("_", " "))
    told = [f"{call['stack']} of {len(parts)}: {', '.join(by_state.get(True, [])) or 'none'}"]
    if None in by_state:
        told.append(f"Not known: {', '.join(by_state[None])}")
    return [*told, *_cascade(call.get("cascade"))]


def playbooks(call: Call) -> list[dict[str, Any]] | None:
    """Each playbook with its conditions."""
    books = call.get("playbooks")
    if books is None:
        return None
    return [
        {
            "name": name.replace("_", " "),
            "met": sum(each["met"] is True for each in conditions),
            "conditions": conditions,
        }
        for name, conditions in books.items()
    ]


def nearest_flip(call: Call) -> str | None:
    """The smallest move of one feature that changes the tier, in a sentence."""
    if "nearest_flip" not in call:
        return None
    flip = call["nearest_flip"]
    if flip is None:
        return "No single input, moved alone as far as the search goes, changes the tier."
    return (
        f"Tier {flip['tier']} instead of {call['tier']}, all else as it is, if "
        f"`{flip['feature']}` moved by {number(flip['move'], signed=True)} from "
        f"{number(flip['value'])} ({flip['unit']}), which is "
        f"{number(abs(flip['standard_deviations']))} times its own standard deviation. No single "
        f"input is nearer to changing the tier.{_meaning(flip['feature'], flip['driver'])}"
    )


def analogs(call: Call) -> pd.DataFrame | None:
    """Most similar past sessions and what followed: the scenario and returns of prices."""
    found = call.get("analogs")
    if not found:
        return None
    table = pd.DataFrame(found).set_index("session")
    returns = [name for name in table if name not in ("distance", "scenario")]
    shown = {"distance": table["distance"].map(number), "followed": table["scenario"].map(words)}
    shown |= {str(n).upper(): table[n].map(lambda x: percent(x, 1, signed=True)) for n in returns}
    return pd.DataFrame(shown)


def drift(call: Call) -> list[str] | None:
    """Whether the session looks like what the model learned from."""
    found = call.get("drift")
    if found is None:
        return None
    verdict = "Unlike" if found["out_of_distribution"] else "Like"
    distance, limit = number(found["distance"]), number(found["limit"])
    usual = f"1 is usual, beyond {limit} is unlike"
    told = [f"{verdict} what the model learned from: {distance} from its centre ({usual})."]
    if found["outside_range"]:
        told.append(f"Outside the range of the training: {', '.join(found['outside_range'])}.")
    if found["shifted"]:
        moved = (f"{n} {number(by, 1, signed=True)}" for n, by in found["shifted"].items())
        told.append(f"Shifted last quarter, in standard deviations: {', '.join(moved)}.")
    return told


def freshness(call: Call) -> dict[str, Any] | None:
    """Missing series, and the others by their age in words, the oldest first."""
    series = call.get("freshness")
    if series is None:
        return None
    missing = [name for name, found in series.items() if found["missing"]]
    by_age: dict[int, list[str]] = {}
    for name, found in series.items():
        if not found["missing"] and found["age_sessions"] is not None:
            by_age.setdefault(found["age_sessions"], []).append(name)
    return {
        "missing": missing,
        "by_age": [(_old(age), by_age[age]) for age in sorted(by_age, reverse=True)],
    }


def _meaning(feature: str, driver: str) -> str:
    """What a feature is; nothing for one that is no longer there."""
    known = registered().get(feature)
    if known is None:
        return ""
    about = known.about.partition("\n")[0].replace("``", "`")
    return f" It belongs to {driver}: {about[:1].lower()}{about[1:]}"


def _step(step: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "step": step["step"].replace("_", " "),
        "status": step["status"],
        "evidence": step["evidence"],
        "note": _step_note(step),
    }


def _step_note(step: Mapping[str, Any]) -> str:
    age = step["age_sessions"]
    told = [] if age is None else [f"data {_old(age)}"]
    if step["step"] == EXECUTION:
        told.append("its status follows from the action")
    return "; ".join(told)


def _old(sessions: int) -> str:
    if sessions == 0:
        return "of this session"
    return f"{sessions} session{'' if sessions == 1 else 's'} old"


def _cascade(cascade: Mapping[str, Any] | None) -> list[str]:
    if cascade is None:
        return []
    if not cascade["step"]:
        return [f"Cascade: none of its {_STEPS_OF_CASCADE} steps is active"]
    return [f"Cascade: step {cascade['step']} of {_STEPS_OF_CASCADE}, {cascade['name']}"]
