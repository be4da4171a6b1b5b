"""What each part of a call says, in plain English, for the terminal and the page to paint."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from models.scenarios import SCENARIOS
from pipeline.base.console import NOTHING
from pipeline.base.words import RESEARCH, SIMULATED, number
from pipeline.desk.checklist import EXECUTION
from pipeline.desk.narrative import words
from pipeline.desk.units import shown
from pipeline.scoring.document import Analog, Call, Condition, Span, Step

TIERS = ("small moves likely", "usual moves", "larger moves", "large moves", "add nothing")
_FORMER_TIERS = ("nothing in the way", "watch", "hedge", "reduce", "do not trade")
_TIER_OF_MOVES = 2
"""Schema version from which a tier says how large the next moves are likely to be."""
_STEPS_OF_CASCADE = 6
_FORMER_WINDOWS: Mapping[str, Span] = {
    "now": {"back": 5, "ahead": 5},
    "week": {"back": 0, "ahead": 5},
    "ahead": {"back": 0, "ahead": 10},
    "month": {"back": 0, "ahead": 21},
}
"""Those of calls that do not say which they are of."""


class Fact(NamedTuple):
    """One of the desk's answers: its name, a few words, and what stands behind them."""

    name: str
    text: str
    note: str = ""


def windows(call: Call) -> Mapping[str, Span]:
    """Sessions before and after the call's own that each window covers."""
    return call.get("windows", _FORMER_WINDOWS)


def question(covered: Mapping[str, Span], window: str) -> str:
    """What a window asks; its name where it is not known what it covers."""
    span = covered.get(window)
    if span is None:
        return window
    if span["back"]:
        return f"In progress ({span['back']} sessions seen, {span['ahead']} to come)"
    return f"Next {span['ahead']} sessions"


def short_question(covered: Mapping[str, Span], window: str) -> str:
    """As `question`, for the head of a line."""
    return question(covered, window).partition(" (")[0].lower()


def conformal_set(call: Call, window: str) -> str:
    """Scenarios that cannot be ruled out; nothing when the call does not tell."""
    held = call["conformal_sets"].get(window)
    if held is None:
        return ""
    if len(held) == len(SCENARIOS):
        return "cannot tell"
    return " or ".join(words(name) for name in held) or "empty"


def facts(
    call: Call,
    tier_begins: Mapping[int, float] | None = None,
    measured: Mapping[str, Any] | None = None,
) -> list[Fact]:
    """The desk's answers.

    Parameters
    ----------
    call
        The call.
    tier_begins
        Risk from which each tier begins, where it is known.
    measured
        ``data/tiers.json``, where a run has left it: what followed each tier.
    """
    state = call["state"]
    return [
        Fact("risk tier", f"{call['tier']} of {len(TIERS) - 1}: {tier_words(call)}",
             "; ".join(filter(None, (_risk(call, tier_begins or {}), _moved(call, measured))))),
        Fact("action", _capital(call["action"])),
        Fact("suggested exposure", percent(call["exposure"]), _policy(call)),
        Fact("driver of the risk", _capital(call["driver"])),
        Fact("kind of event", _capital(call["event_kind"])),
        Fact("tape", _capital(call["tape"])),
        Fact("state", _capital(state["label"]), f"since {state['since']}"),
        Fact("calm enough to re-enter", "Yes" if call["reentry"] else "No"),
    ]  # fmt: skip


def tier_words(call: Call) -> str:
    """What a call's tier is called."""
    return (TIERS if of_moves(call) else _FORMER_TIERS)[call["tier"]]


def of_moves(call: Call) -> bool:
    """Whether risk and tier are of large moves; of calls before, of a tightening-shock."""
    return call.get("schema_version", 0) >= _TIER_OF_MOVES


def narrative(call: Call) -> str:
    """The paragraph of the day, without what every page says itself."""
    text = call["narrative"]
    for repeated in (SIMULATED, RESEARCH):
        text = text.replace(repeated, "")
    return " ".join(text.split())


def stack(call: Call) -> str:
    """How many stresses stack up, and which."""
    parts = call["stack_parts"]
    there = [name.replace("_", " ") for name, on in parts.items() if on]
    unknown = [name.replace("_", " ") for name, on in parts.items() if on is None]
    listed = f"{call['stack']} of {len(parts)}: {', '.join(there) or 'none'}"
    return f"{listed}; not known: {', '.join(unknown)}" if unknown else listed


def cascade(call: Call) -> str:
    """Where the cascade stands."""
    deepest = call["cascade"]
    if not deepest["step"]:
        return f"none of its {_STEPS_OF_CASCADE} steps is active"
    return f"step {deepest['step']} of {_STEPS_OF_CASCADE}, {deepest['name']}"


def step_note(step: Step) -> str:
    """How old a step's data are, and where its status comes from."""
    age = step["age_sessions"]
    notes = [] if age is None else [f"data {old(age)}"]
    if step["step"] == EXECUTION:
        notes.append("its status follows from the action")
    return "; ".join(notes)


def step_brief(step: Step) -> str:
    """How many conditions of a step are met, and which."""
    met = [each["brief"] for each in step["evidence"] if each["met"]]
    if met:
        return f"{len(met)} of {len(step['evidence'])}: {'; '.join(met)}"
    return "as the action says" if step["step"] == EXECUTION else "nothing met"


def met_of(conditions: list[Condition]) -> int:
    """How many conditions are met."""
    return sum(each["met"] is True for each in conditions)


def nearest_flip(call: Call) -> str:
    """The smallest move of one feature that changes the tier."""
    flip = call["nearest_flip"]
    if flip is None:
        return "No single input, moved alone as far as the search goes, changes the tier."
    return (
        f"Tier {flip['tier']} instead of {call['tier']}, all else as it is, if `{flip['feature']}` "
        f"moved by {shown(flip['move'], flip['unit'])}, which is "
        f"{abs(flip['standard_deviations']):.2f} times its own standard deviation."
    )


def moves_after(analog: Analog) -> dict[str, str]:
    """What prices did after a past session, by ticker."""
    moves = {"SPY": analog["spy"], "QQQ": analog["qqq"], "BTC": analog["btc"]}
    return {name: percent(move, 1, signed=True) for name, move in moves.items()}


def drift(call: Call) -> list[str]:
    """Whether the session looks like what the model learned from, and what does not."""
    found = call["drift"]
    verdict = "Unlike" if found["out_of_distribution"] else "Like"
    usual = f"1 is usual, beyond {found['limit']:.2f} is unlike"
    lines = [
        f"{verdict} what the model learned from: {found['distance']:.2f} from its centre ({usual})."
    ]
    if found["outside_range"]:
        lines.append(f"Outside the range of the training: {', '.join(found['outside_range'])}.")
    if found["shifted"]:
        moved = ", ".join(f"{name} {number(by, 1)}" for name, by in found["shifted"].items())
        lines.append(f"Shifted last quarter, in standard deviations: {moved}.")
    return lines


def missing(call: Call) -> str:
    """Series without a value."""
    return ", ".join(name for name, s in call["freshness"].items() if s["missing"]) or "none"


def ages(call: Call) -> list[str]:
    """Series that have a value by its age, the oldest first."""
    by_age: dict[int, list[str]] = {}
    for name, series in call["freshness"].items():
        if not series["missing"] and series["age_sessions"] is not None:
            by_age.setdefault(series["age_sessions"], []).append(name)
    return [f"{old(age)}: {', '.join(by_age[age])}" for age in sorted(by_age, reverse=True)]


def old(sessions: int) -> str:
    """An age in words."""
    if sessions == 0:
        return "of this session"
    return f"{sessions} session{'' if sessions == 1 else 's'} old"


def minute(instant: str) -> str:
    """An instant of a call, to the minute."""
    return f"{instant[:16].replace('T', ' ')} UTC"


def percent(fraction: float | None, digits: int = 0, *, signed: bool = False) -> str:
    """A fraction as percent, or a dash."""
    if fraction is None:
        return NOTHING
    text = number(100 * fraction, digits)
    return f"{text if signed else text.removeprefix('+')} %"


def _risk(call: Call, tier_begins: Mapping[int, float]) -> str:
    """The risk behind the tier, and the next level at which a tier begins."""
    risk, meant = call["risk"], "large move" if of_moves(call) else "risk"
    higher = [(tier, level) for tier, level in tier_begins.items() if level > risk]
    following = f", tier {higher[0][0]} from {percent(higher[0][1])}" if higher else ""
    return f"{meant} {percent(risk)}{following}"


def _moved(call: Call, measured: Mapping[str, Any] | None) -> str:
    """How far the book moved after sessions of this tier, out of sample."""
    of = (measured or {"by_tier": {}})["by_tier"].get(str(call["tier"]))
    if measured is None or of is None or not of_moves(call):
        return ""
    spread, worst = (percent(of["book"][name], 1) for name in ("std", "worst_tenth"))
    return f"your book then moved by {spread} in {measured['ahead']} sessions, worst tenth {worst}"


def _policy(call: Call) -> str:
    """The policy that the exposure is of; nothing where the tier alone made it."""
    policy = call.get("policy")
    return f"by policy {policy['name']}" if policy else ""


def _capital(text: str) -> str:
    return words(text).capitalize()
