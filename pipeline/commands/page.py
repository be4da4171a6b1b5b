"""One call on one terminal page."""

import textwrap
from collections.abc import Iterator
from typing import Any

from models.scenarios import SCENARIOS
from pipeline.console import RESEARCH, SIMULATED, out, percent, table
from pipeline.desk.call import Call
from pipeline.desk.checklist import EXECUTION
from pipeline.desk.memory import PRICES
from pipeline.desk.narrative import words
from pipeline.desk.units import shown

WINDOWS = {
    "now": "in progress",
    "week": "next 5 sessions",
    "ahead": "next 10 sessions",
    "month": "next 21 sessions",
}
_SCENARIO_COLOURS = {"base": "cyan", "tightening_shock": "yellow", "reflation": "magenta"}
_STATUS_COLOURS = {"pass": "green", "warn": "yellow", "defend": "red", "missing": "dim"}
_TIER_COLOURS = ("green", "green", "yellow", "red", "bold red")
_WIDTH, _EVIDENCE, _DRIVERS, _ANALOGS = 96, 66, 5, 3


def show_call(call: Call) -> None:
    """Print a call so that it fits one screen."""
    if call["simulated"]:
        out.print(f"[bold reverse] {SIMULATED} [/]")
    _headline(call)
    out.print(_probabilities(call))
    out.print()
    for line in (*_situation(call), *_checklist(call), *_beside(call)):
        out.print(line)
    out.print()
    out.print(textwrap.fill(call["narrative"].replace(SIMULATED, "").strip(), _WIDTH), markup=False)
    out.print(f"[dim]model {call['model']['name']}, {_standing(call)}. {RESEARCH}[/]")


def _headline(call: Call) -> None:
    colour = _TIER_COLOURS[call["tier"]]
    act = {"none": "no action"}.get(call["action"], call["action"])
    out.print(
        f"[bold]{call['session']}[/]  [{colour}]tier {call['tier']}[/] of 4, exposure "
        f"{100 * call['exposure']:.0f} %, [bold]{act}[/]  "
        f"[dim]as known at {call['decision_time'][:16].replace('T', ' ')} UTC[/]"
    )


def _probabilities(call: Call) -> object:
    shown_table = table("", "probability %", *map(words, SCENARIOS), "cannot rule out")
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


def _situation(call: Call) -> Iterator[str]:
    state, cascade = call["state"], call["cascade"]
    yield (
        f"state [bold]{state['label']}[/] since {state['since']} · event [bold]{call['event_kind']}"
        f"[/] · tape [bold]{call['tape']}[/] · re-entry {'yes' if call['reentry'] else 'no'}"
    )
    parts = [name for name, on in call["stack_parts"].items() if on]
    yield (
        f"cascade {cascade['step']} of 6{_in_brackets(cascade['name'], cascade['step'])} · "
        f"stack {call['stack']} of 5{_in_brackets(', '.join(parts), parts)}"
    )
    pushes = sorted(call["drivers"], key=lambda each: -abs(each["to_risk"]))[:_DRIVERS]
    shares = ", ".join(f"{each['driver']} {each['to_risk']:+.2f}" for each in pushes)
    yield f"driver [bold]{call['driver']}[/] · push to risk in log odds: {shares}"


def _checklist(call: Call) -> Iterator[str]:
    for number, step in enumerate(call["checklist"], start=1):
        met = [each["brief"] for each in step["evidence"] if each["met"]]
        rest = "as the action says" if step["step"] == EXECUTION else "nothing met"
        said = f"{len(met)} of {len(step['evidence'])}: " + "; ".join(met) if met else rest
        age = "unknown" if step["age_sessions"] is None else f"{step['age_sessions']}"
        colour = _STATUS_COLOURS[step["status"]]
        yield (
            f"{number} {step['step']:<12}[{colour}]{step['status']:<8}[/]"
            f"{textwrap.shorten(said, _EVIDENCE, placeholder=' …'):<{_EVIDENCE}} [dim]age {age}[/]"
        )


def _beside(call: Call) -> Iterator[str]:
    counts = (
        f"{name} {sum(each['met'] is True for each in conditions)}/{len(conditions)}"
        for name, conditions in call["playbooks"].items()
    )
    yield f"playbooks     {' · '.join(counts)}"
    yield f"nearest flip  {_flip(call['nearest_flip'])}"
    for analog in call["analogs"][:_ANALOGS]:
        moves = ", ".join(f"{name.upper()} {percent(analog[name], signed=True)}" for name in PRICES)
        yield f"like          {analog['session']}: {words(analog['scenario'])}; % {moves}"
    guard = call["drift"]
    unlike = "[bold red]unlike[/]" if guard["out_of_distribution"] else "like"
    distance = f"distance {guard['distance']:.2f}, limit {guard['limit']:.2f}"
    yield f"drift         {unlike} the training: {distance}"
    missing = [name for name, series in call["freshness"].items() if series["missing"]]
    yield f"missing       {', '.join(missing) or 'none'}"


def _flip(flip: dict[str, Any] | None) -> str:
    if flip is None:
        return "none within reach"
    return (
        f"{flip['feature']} by {shown(flip['move'], flip['unit'])} "
        f"({abs(flip['standard_deviations']):.2f} times its own standard deviation) "
        f"leads to tier {flip['tier']}"
    )


def _in_brackets(text: str, given: object) -> str:
    return f" ({text})" if given else ""


def _standing(call: Call) -> str:
    row = call.get("ledger")
    if row is None:
        return "as of then, not published"
    return f"{row['kind']}, published {row['published_at'][:16].replace('T', ' ')} UTC"
