"""The first layer, today's call: each function turns one part of it into what the page prints.

A part that the call does not have gives None, and the page leaves it out with a line that says so.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from models.scenarios import SCENARIOS, Window
from pipeline.base.console import RESEARCH, SIMULATED
from pipeline.report.palette import words
from pipeline.report.text import NOTHING, number, percent
from pipeline.scoring.call import OUTLOOK_WINDOW, Call

_TIERS = ("nothing in the way", "watch", "hedge", "reduce", "do not trade")
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


class Tile(NamedTuple):
    """One of the desk's judgements: its name, a few words, and what stands behind them."""

    name: str
    text: str
    note: str


@dataclass(frozen=True)
class WindowRow:
    """One window's probabilities and, where the call has one, its conformal set."""

    question: str
    shares: list[Share]
    conformal: str


def headline(call: Call, windows: Mapping[str, Window]) -> str:
    """The call in one sentence: what is in progress, and what comes next."""
    said, scenario = call["probabilities"], call["scenario"]
    sessions, chance = windows[OUTLOOK_WINDOW].ahead, percent(said[OUTLOOK_WINDOW][scenario])
    told = f"over the next {sessions} sessions ({chance})"
    running = call.get("scenario_in_progress")
    if running is None:
        return _sentence(f"{words(scenario)} {told}")
    told = f"and {told}" if running == scenario else f"{words(scenario)} {told}"
    joined = " " if running == scenario else ", "
    return _sentence(
        f"{words(running)} in progress ({percent(said[_PROGRESS][running])}){joined}{told}"
    )


def narrative(call: Call) -> str:
    """The paragraph of the day, without what stands in the page's own first lines."""
    text = str(call.get("narrative", ""))
    for said in (SIMULATED, RESEARCH):
        text = text.replace(said, "")
    return " ".join(text.split())


def probabilities(
    call: Call, previous: Call | None, windows: Mapping[str, Window]
) -> list[WindowRow]:
    """Every window's probabilities, with their change since the call before."""
    before = {} if previous is None else previous["probabilities"]
    return [
        WindowRow(
            question=_question(windows[name]),
            shares=[_share(scenario, said, before.get(name)) for scenario in SCENARIOS],
            conformal=_conformal((call.get("conformal_sets") or {}).get(name)),
        )
        for name, said in call["probabilities"].items()
    ]


def stance(call: Call, risk_levels: Sequence[float]) -> list[Tile]:
    """The desk's judgement in a few words each, as far as the call has it."""
    made = {
        "risk tier": _tier(call.get("tier")),
        "action": _capital(call.get("action")),
        "suggested exposure": None if call.get("exposure") is None else percent(call["exposure"]),
        "driver of the risk": _capital(call.get("driver")),
        "kind of event": _capital(call.get("event_kind")),
        "tape": _capital(call.get("tape")),
        "state": _state(call.get("state")),
        "calm enough to re-enter": _held(call.get("reentry")),
    }
    notes = {
        "risk tier": _risk(call.get("risk"), risk_levels),
        "state": _since(call.get("state")),
    }
    return [Tile(name, text, notes.get(name, "")) for name, text in made.items() if text]


def drivers(call: Call) -> list[dict[str, Any]]:
    """Drivers with the length of their bar, a fraction of the longest."""
    listed = call.get("drivers") or []
    longest = max((abs(each["contribution"]) for each in listed), default=0.0) or 1.0
    return [
        {
            "driver": each["driver"],
            "shown": number(each["contribution"], signed=True),
            "odds": _odds(each["contribution"]),
            "length": abs(each["contribution"]) / longest,
            "towards": each["contribution"] >= 0,
        }
        for each in listed
    ]


def changes(call: Call, previous: Call | None, windows: Mapping[str, Window]) -> list[str] | None:
    """What is another than in the call before; None when this is the first one."""
    if previous is None:
        return None
    told = [
        f"{name.replace('_', ' ')}: {_plain(previous.get(name))} → {_plain(call.get(name))}"
        for name in _COMPARED
        if name in call and call.get(name) != previous.get(name)
    ]
    told += _state_change(call, previous)
    told += _step_changes(call, previous)
    told += _moves(call, previous, windows)
    return told or ["Nothing that would change a decision."]


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _odds(log_odds: float) -> str:
    """What a contribution does to the odds, as people say it."""
    return f"odds \N{MULTIPLICATION SIGN} {number(math.exp(log_odds))}"


def _question(window: Window) -> str:
    if window.back:
        return f"In progress ({window.back} sessions seen, {window.ahead} to come)"
    return f"Next {window.ahead} sessions"


def _share(scenario: str, said: Mapping[str, float], before: Mapping[str, float] | None) -> Share:
    change = None if before is None else said[scenario] - before[scenario]
    return Share(words(scenario), said[scenario], change)


def _conformal(kept: list[str] | None) -> str:
    """The set in words; nothing when the call has none."""
    if kept is None:
        return ""
    if len(kept) == len(SCENARIOS):
        return "cannot tell"
    return " or ".join(words(name) for name in kept) or "empty"


def _tier(tier: Any) -> str | None:
    if not isinstance(tier, int):
        return None
    return f"{tier} of {len(_TIERS) - 1}: {_TIERS[tier]}"


def _risk(risk: float | None, levels: Sequence[float]) -> str:
    """The risk behind the tier, and the next level at which a tier begins."""
    if risk is None:
        return ""
    higher = [(tier, level) for tier, level in enumerate(levels, start=1) if level > risk]
    following = f", tier {higher[0][0]} from {percent(higher[0][1])}" if higher else ""
    return f"risk {percent(risk)}{following}"


def _capital(text: Any) -> str | None:
    return None if text is None else words(str(text)).capitalize()


def _held(reentry: bool | None) -> str | None:
    return None if reentry is None else "Yes" if reentry else "No"


def _state(state: Any) -> str | None:
    return str(state["label"]).capitalize() if isinstance(state, Mapping) else None


def _since(state: Any) -> str:
    return f"since {state['since']}" if isinstance(state, Mapping) else ""


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return percent(value)
    return NOTHING if value is None else words(str(value))


def _state_change(call: Call, previous: Call) -> list[str]:
    now, before = (each.get("state", {}).get("label") for each in (call, previous))
    return [] if now == before else [f"state: {before} → {now}"]


def _step_changes(call: Call, previous: Call) -> list[str]:
    before = {step["step"]: step["status"] for step in previous.get("checklist") or []}
    return [
        f"checklist, {step['step'].replace('_', ' ')}: {before[step['step']]} → {step['status']}"
        for step in call.get("checklist") or []
        if before.get(step["step"], step["status"]) != step["status"]
    ]


def _moves(call: Call, previous: Call, windows: Mapping[str, Window]) -> list[str]:
    told = []
    for row in probabilities(call, previous, windows):
        moved = [f"{share.scenario} {share.changed}" for share in row.shares if share.changed]
        if moved:
            told.append(f"{row.question}: {', '.join(moved)}")
    return told
