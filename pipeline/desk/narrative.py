"""The paragraph of the day: macro, leadership, crypto and correlation into one decision (S47)."""

from collections.abc import Mapping, Sequence

from pipeline.base.words import RESEARCH, SIMULATED
from pipeline.desk.checklist import EXECUTION, MISSING, PASS, StepResult
from pipeline.desk.decision import Decision
from pipeline.desk.tape import LIQUIDATION, NONE
from pipeline.desk.tier import ADD_NOTHING, WAIT

_UNUSUAL = "The session is unlike those the model was trained on: lean on the rules."
_DEFENCE = " Rates and the dollar, leadership and crypto all point to risk-off: defence first."
_SHOWN = 3
_COUNTS = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_STATUS = {"pass": "is quiet", "warn": "warns", "defend": "says defend", "missing": "is missing"}


def words(scenario: str) -> str:
    """A scenario for people: ``tightening-shock``."""
    return scenario.replace("_", "-")


def in_words(count: int) -> str:
    """A count in running text: ``ten``; above twelve in digits."""
    return _COUNTS[count] if count < len(_COUNTS) else str(count)


def narrative(  # noqa: PLR0913 - the paragraph is of exactly these
    said: Decision,
    probabilities: Mapping[str, Mapping[str, float]],
    driver: str,
    *,
    exposure: float,
    ahead: int,
    simulated: bool,
    unusual: bool,
) -> str:
    """One plain paragraph.

    Parameters
    ----------
    driver
        Its name, from `pipeline.scoring.attributions.named`.
    exposure
        Share of the capital that the policy suggests.
    ahead
        Sessions that the window ``ahead`` looks ahead.
    simulated, unusual
        Whether the data are simulated (said first), and outside what the model was trained on.
    """
    sentences = [
        SIMULATED if simulated else "",
        _outlook(probabilities, ahead),
        _steps(said),
        _market(said, driver),
        _decision(said, exposure),
        _UNUSUAL if unusual else "",
        RESEARCH,
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _outlook(probabilities: Mapping[str, Mapping[str, float]], ahead: int) -> str:
    parts = []
    next_sessions = f"over the next {in_words(ahead)} sessions"
    for window, question in (("now", "In progress"), ("ahead", next_sessions)):
        if window in probabilities:
            proba = probabilities[window]
            first = max(proba, key=lambda name: proba[name])
            parts.append(f"{question}: {words(first)} ({100 * proba[first]:.0f} %)")
    return ", ".join(parts) + "."


def _steps(said: Decision) -> str:
    text = "; ".join(_step(step) for step in said.checklist if step.step != EXECUTION)
    return f"{text[:1].upper()}{text[1:]}."


def _step(step: StepResult) -> str:
    text = f"{step.step} {_STATUS[step.status]}"
    if step.status in (PASS, MISSING):
        return text
    return f"{text} ({', '.join(_met(step))})"


def _met(step: StepResult) -> Sequence[str]:
    """The first conditions that are met."""
    return [each.brief for each in step.evidence if each.met][:_SHOWN]


def _market(said: Decision, driver: str) -> str:
    event = "No event" if said.event_kind == NONE else said.event_kind.capitalize()
    step = said.cascade
    where = f", cascade at step {step.step} of {step.steps} ({step.name})" if step.step else ""
    named = "" if driver == NONE else f"; driver: {driver}"
    stacked = f"{said.stack.count} of {len(said.stack.parts)}"
    return f"{event}, tape {said.tape}{where}, stack {stacked}{named}."


def _decision(said: Decision, exposure: float) -> str:
    act = {NONE: "no action", WAIT: "wait"}.get(said.action, said.action)
    if said.tier == ADD_NOTHING:
        act = "wait, add nothing"
    reason = " until open interest has reset" if said.tape == LIQUIDATION and act == "wait" else ""
    defence = _DEFENCE if said.defence else ""
    again = "; re-entry bands hold" if said.reentry else "; re-entry bands do not hold"
    return f"Tier {said.tier}, exposure {100 * exposure:.0f} %: {act}{reason}{again}.{defence}"
