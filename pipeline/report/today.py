"""The first layer, today's call: what the page paints beside `pipeline.scoring.words`."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from features.registry import registered
from models.scenarios import SCENARIOS
from pipeline.desk.narrative import words
from pipeline.report.text import number, percent
from pipeline.scoring import words as said
from pipeline.scoring.call import OUTLOOK_WINDOW
from pipeline.scoring.document import Call, Condition, Probabilities, Push

_PROGRESS = "now"
_SMALL_CHANGE = 0.005
_COMPARED = ("scenario", "tier", "action", "exposure", "driver", "event_kind", "tape", "stack")


@dataclass(frozen=True)
class Share:
    """One scenario of one window: its probability, and the change since the call before."""

    scenario: str
    probability: float
    change: float | None

    @property
    def shown(self) -> str:
        """Whole percent."""
        return percent(self.probability)

    @property
    def changed(self) -> str:
        """Change in percentage points, or nothing when there is none to speak of."""
        if self.change is None or abs(self.change) < _SMALL_CHANGE:
            return ""
        return f"{number(100 * self.change, 0, signed=True)} pt"


@dataclass(frozen=True)
class WindowRow:
    """One window's probabilities and its conformal set."""

    question: str
    shares: list[Share]
    conformal: str


@dataclass(frozen=True)
class Listed:
    """A step of the checklist or a playbook with its conditions."""

    name: str
    status: str
    note: str
    conditions: list[Condition]


def headline(call: Call) -> str:
    """The call in one sentence: what is in progress, and what comes next."""
    proba, scenario = call["probabilities"], call["scenario"]
    asked = said.short_question(said.windows(call), OUTLOOK_WINDOW)
    following = f"over the {asked} ({percent(proba[OUTLOOK_WINDOW][scenario])})"
    running = call["scenario_in_progress"]
    if running is None or _PROGRESS not in proba:
        return _sentence(f"{words(scenario)} {following}")
    joined = " and" if running == scenario else f", {words(scenario)}"
    chance = percent(proba[_PROGRESS][running])
    return _sentence(f"{words(running)} in progress ({chance}){joined} {following}")


def probabilities(call: Call, previous: Call | None) -> list[WindowRow]:
    """Every window's probabilities, with their change since the call before."""
    before = {} if previous is None else previous["probabilities"]
    return [
        WindowRow(
            question=said.question(said.windows(call), window),
            shares=[_share(scenario, proba, before.get(window)) for scenario in SCENARIOS],
            conformal=said.conformal_set(call, window),
        )
        for window, proba in call["probabilities"].items()
    ]


def drivers(pushes: Sequence[Push]) -> list[dict[str, Any]]:
    """Drivers with the length of their bar, a fraction of the longest."""
    longest = max((abs(each["contribution"]) for each in pushes), default=0.0) or 1.0
    return [
        {
            "driver": each["driver"],
            "shown": number(each["contribution"], signed=True),
            "odds": f"odds \N{MULTIPLICATION SIGN} {number(math.exp(each['contribution']))}",
            "length": abs(each["contribution"]) / longest,
            "towards": each["contribution"] >= 0,
        }
        for each in pushes
    ]


def checklist(call: Call) -> list[Listed]:
    """Steps in order."""
    return [
        Listed(
            step["step"].replace("_", " "), step["status"], said.step_note(step), step["evidence"]
        )
        for step in call["checklist"]
    ]


def playbooks(call: Call) -> list[Listed]:
    """Each playbook with its conditions."""
    return [
        Listed(name.replace("_", " "), f"{said.met_of(listed)} of {len(listed)} met", "", listed)
        for name, listed in call["playbooks"].items()
    ]


def nearest_flip(call: Call) -> str:
    """The nearest flip, and what its feature is where this version still has it."""
    flip = call["nearest_flip"]
    feature = None if flip is None else registered().get(flip["feature"])
    if feature is None:
        return said.nearest_flip(call)
    about = feature.about.partition("\n")[0].replace("``", "`")
    meaning = f" It belongs to {feature.driver}: {about[:1].lower()}{about[1:]}"
    return f"{said.nearest_flip(call)} No single input is nearer to changing the tier.{meaning}"


def analogs(call: Call) -> pd.DataFrame:
    """Most similar past sessions and what followed: the scenario and returns of prices."""
    rows = [
        {
            "session": analog["session"],
            "distance": number(analog["distance"]),
            "followed": words(analog["scenario"]),
            **said.moves_after(analog),
        }
        for analog in call["analogs"]
    ]
    return pd.DataFrame(rows, columns=list(rows[0]) if rows else ["session"]).set_index("session")


def changes(call: Call, previous: Call | None) -> list[str] | None:
    """What is another than in the call before; None when this is the first one."""
    if previous is None:
        return None
    now, before = _compared(call), _compared(previous)
    if said.of_moves(call) != said.of_moves(previous):
        before = {name: before[name] for name in before if name not in {"tier", "exposure"}}
    lines = [
        f"{name}: {before[name]} → {text}"
        for name, text in now.items()
        if before.get(name, text) != text
    ]
    for row in probabilities(call, previous):
        moved = [f"{share.scenario} {share.changed}" for share in row.shares if share.changed]
        if moved:
            lines.append(f"{row.question}: {', '.join(moved)}")
    return lines or ["Nothing that would change a decision."]


def _compared(call: Call) -> dict[str, str]:
    """What is compared from call to call, in words."""
    parts: Mapping[str, object] = {**call}
    return {
        **{name.replace("_", " "): _plain(parts[name]) for name in _COMPARED},
        "state": call["state"]["label"],
        **{f"checklist, {s['step'].replace('_', ' ')}": s["status"] for s in call["checklist"]},
    }


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _share(scenario: str, proba: Probabilities, before: Probabilities | None) -> Share:
    change = None if before is None else proba[scenario] - before[scenario]
    return Share(words(scenario), proba[scenario], change)


def _plain(value: object) -> str:
    return percent(value) if isinstance(value, float) else words(str(value))
