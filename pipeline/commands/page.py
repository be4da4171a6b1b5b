"""One call on one terminal page."""

import textwrap
from collections.abc import Iterator
from typing import Any

from rich.table import Table

from models.scenarios import SCENARIOS
from pipeline.base.console import (
    NOTHING,
    RESEARCH,
    SIMULATED,
    labelled,
    number,
    out,
    page_width,
    paragraph,
    percent,
    show,
    show_table,
    table,
)
from pipeline.desk.checklist import EXECUTION
from pipeline.desk.narrative import words
from pipeline.desk.units import shown
from pipeline.scoring.call import Call
from pipeline.scoring.reference import PRICES

WINDOWS = {
    "now": "in progress",
    "week": "next 5 sessions",
    "ahead": "next 10 sessions",
    "month": "next 21 sessions",
}
_SCENARIO_COLOURS = {"base": "cyan", "tightening_shock": "yellow", "reflation": "magenta"}
_STATUS_COLOURS = {"pass": "green", "warn": "yellow", "defend": "red", "missing": "dim"}
_TIER_COLOURS = ("green", "green", "yellow", "red", "bold red")
_DRIVERS, _ANALOGS = 5, 3
_STEP, _STATUS, _AGE = 14, 8, 8
"""Columns beside the evidence of a step."""


def show_call(call: Call) -> None:
    """Print a call so that it fits one screen."""
    if call["simulated"]:
        out.print(f"[bold reverse] {SIMULATED} [/]")
    _headline(call)
    show_table(_probabilities(call))
    out.print()
    show(labelled(*_situation(call)))
    for line in _checklist(call):
        out.print(line)
    show(labelled(*_beside(call)))
    out.print()
    said = call["narrative"].replace(SIMULATED, "").replace(RESEARCH, "")
    out.print(paragraph(said.strip()), markup=False)
    told = paragraph(f"model {call['model']['name']}, {_standing(call)}. {RESEARCH}")
    out.print(f"[dim]{told}[/]")


def _headline(call: Call) -> None:
    colour = _TIER_COLOURS[call["tier"]]
    act = {"none": "no action"}.get(call["action"], call["action"])
    out.print(
        f"[bold]{call['session']}[/]  [{colour}]tier {call['tier']}[/] of 4, exposure "
        f"{100 * call['exposure']:.0f} %, [bold]{act}[/]  "
        f"[dim]known {call['decision_time'][:16].replace('T', ' ')} UTC[/]"
    )


def _probabilities(call: Call) -> Table:
    left = "cannot rule out"
    shown_table = table("", "probability %", *map(words, SCENARIOS), left, text=[left])
    for window, question in WINDOWS.items():
        if window in call["probabilities"]:
            proba = call["probabilities"][window]
            first = max(proba, key=lambda name: proba[name])
            cells = [
                f"[bold {_SCENARIO_COLOURS[name]}]{percent(proba[name])}[/]"
                if name == first
                else percent(proba[name])
                for name in SCENARIOS
            ]
            held = call["conformal_sets"][window]
            sets = "cannot tell" if len(held) == len(SCENARIOS) else ", ".join(map(words, held))
            shown_table.add_row(question, *cells, sets)
    return shown_table


def _situation(call: Call) -> Iterator[tuple[str, str]]:
    state, cascade = call["state"], call["cascade"]
    again = "yes" if call["reentry"] else "no"
    yield "state", f"[bold]{state['label']}[/] since {state['since']} · re-entry {again}"
    yield "event", f"[bold]{call['event_kind']}[/] · tape [bold]{call['tape']}[/]"
    parts = [name for name, on in call["stack_parts"].items() if on]
    deepest = f"{cascade['step']} of 6{_in_brackets(cascade['name'], cascade['step'])}"
    stacked = f"{call['stack']} of 5{_in_brackets(', '.join(parts), parts)}"
    yield "cascade", f"{deepest} · stack {stacked}"
    pushes = sorted(call["drivers"], key=lambda each: -abs(each["to_risk"]))[:_DRIVERS]
    shares = ", ".join(f"{each['driver']} {number(each['to_risk'])}" for each in pushes)
    yield "driver", f"[bold]{call['driver']}[/] · push to risk in log odds: {shares}"


def _checklist(call: Call) -> Iterator[str]:
    room = page_width() - _STEP - _STATUS - _AGE
    for place, step in enumerate(call["checklist"], start=1):
        met = [each["brief"] for each in step["evidence"] if each["met"]]
        rest = "as the action says" if step["step"] == EXECUTION else "nothing met"
        said = f"{len(met)} of {len(step['evidence'])}: " + "; ".join(met) if met else rest
        age = "unknown" if step["age_sessions"] is None else f"{step['age_sessions']}"
        colour = _STATUS_COLOURS[step["status"]]
        yield (
            f"{place} {step['step']:<{_STEP - 2}}[{colour}]{step['status']:<{_STATUS}}[/]"
            f"{textwrap.shorten(said, room, placeholder=' …'):<{room}} [dim]age {age}[/]"
        )


def _beside(call: Call) -> Iterator[tuple[str, str]]:
    counts = (
        f"{name} {sum(each['met'] is True for each in conditions)}/{len(conditions)}"
        for name, conditions in call["playbooks"].items()
    )
    yield "playbooks", f"{' · '.join(counts)} conditions met"
    yield "nearest flip", _flip(call["nearest_flip"])
    for analog in call["analogs"][:_ANALOGS]:
        moves = ", ".join(f"{name.upper()} {_move(analog[name])}" for name in PRICES)
        yield "like", f"{analog['session']}, then {words(analog['scenario'])}: {moves}"
    guard = call["drift"]
    unlike = "[bold red]unlike[/]" if guard["out_of_distribution"] else "like"
    distance = f"distance {guard['distance']:.2f}, limit {guard['limit']:.2f}"
    yield "drift", f"{unlike} the training: {distance}"
    missing = [name for name, series in call["freshness"].items() if series["missing"]]
    yield "missing", ", ".join(missing) or "none"


def _move(fraction: float | None) -> str:
    return NOTHING if fraction is None else f"{percent(fraction, signed=True)} %"


def _flip(flip: dict[str, Any] | None) -> str:
    if flip is None:
        return "none within reach"
    return (
        f"{flip['feature']} by {shown(flip['move'], flip['unit'])}, which is "
        f"{abs(flip['standard_deviations']):.2f} times its own standard deviation, leads to tier "
        f"{flip['tier']}"
    )


def _in_brackets(text: str, given: object) -> str:
    return f" ({text})" if given else ""


def _standing(call: Call) -> str:
    row = call.get("ledger")
    if row is None:
        return "as of then, not published"
    return f"{row['kind']}, published {row['published_at'][:16].replace('T', ' ')} UTC"
