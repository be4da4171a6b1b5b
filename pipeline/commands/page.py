"""One call on one terminal page: what it says is `pipeline.scoring.words`, this paints it."""

import textwrap
from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from models.scenarios import SCENARIOS
from pipeline.base import console
from pipeline.base.console import out, paragraph, show, show_quiet, styled
from pipeline.base.words import RESEARCH, number
from pipeline.desk.narrative import words
from pipeline.scoring import words as said
from pipeline.scoring.book.words import UNKNOWN, against_limit, holdings, tail
from pipeline.scoring.document import Call

_SCENARIO_COLOURS = {"base": "cyan", "tightening_shock": "yellow", "reflation": "magenta"}
_STATUS_COLOURS = {"pass": "green", "warn": "yellow", "defend": "red", "missing": "dim"}
_TIER_COLOURS = ("green", "green", "yellow", "red", "bold red")
_DRIVERS, _ANALOGS = 5, 3
_STEP, _STATUS, _AGE = 14, 8, 8
"""Columns of the table around the evidence of a step."""


def show_call(call: Call) -> None:
    """Print a call so that it fits one screen."""
    if call["simulated"]:
        console.show_simulated()
    out.print(_headline(call))
    console.show_table(_probabilities(call))
    out.print()
    show(console.labelled(*_situation(call)))
    for line in _checklist(call):
        out.print(line)
    show(console.labelled(*_beside(call)))
    out.print()
    out.print(paragraph(said.narrative(call)))
    show_quiet(paragraph(f"model {call['model']['name']}, {_entry(call)}. {RESEARCH}"))


def _headline(call: Call) -> Text:
    act = {"none": "no action"}.get(call["action"], call["action"])
    return styled(
        (call["session"], "bold"),
        "  ",
        (f"tier {call['tier']}", _TIER_COLOURS[call["tier"]]),
        f" of {len(said.TIERS) - 1}, exposure {said.percent(call['exposure'])}, ",
        (act, "bold"),
        "  ",
        (f"known {said.minute(call['decision_time'])}", "dim"),
    )


def _probabilities(call: Call) -> Table:
    left = "cannot rule out"
    columns = ("probability %", *map(words, SCENARIOS), left)
    rows = (_cells(call, window) for window in call["probabilities"])
    return console.table("", *columns, text=[left], rows=rows)


def _cells(call: Call, window: str) -> Iterator[str | Text]:
    proba = call["probabilities"][window]
    likeliest = max(proba, key=lambda name: proba[name])
    yield said.short_question(said.windows(call), window)
    for name in SCENARIOS:
        style = f"bold {_SCENARIO_COLOURS[name]}" if name == likeliest else ""
        yield styled((console.percent(proba[name]), style))
    yield said.conformal_set(call, window)


def _situation(call: Call) -> Iterator[tuple[str, Text]]:
    state = call["state"]
    again = "yes" if call["reentry"] else "no"
    yield "state", styled((state["label"], "bold"), f" since {state['since']} · re-entry {again}")
    yield "event", styled((call["event_kind"], "bold"), " · tape ", (call["tape"], "bold"))
    yield "cascade", styled(said.cascade(call))
    yield "stack", styled(said.stack(call))
    pushes = sorted(call["drivers"], key=lambda each: -abs(each["to_risk"]))[:_DRIVERS]
    shares = ", ".join(f"{each['driver']} {number(each['to_risk'])}" for each in pushes)
    yield "driver", styled((call["driver"], "bold"), f" · push to risk in log odds: {shares}")


def _checklist(call: Call) -> Iterator[Text]:
    room = console.page_width() - _STEP - _STATUS - _AGE
    for place, step in enumerate(call["checklist"], start=1):
        age = "unknown" if step["age_sessions"] is None else f"{step['age_sessions']}"
        brief = textwrap.shorten(said.step_brief(step), room, placeholder=" …")
        yield styled(
            f"{place} {step['step']:<{_STEP - 2}}",
            (f"{step['status']:<{_STATUS}}", _STATUS_COLOURS[step["status"]]),
            f"{brief:<{room}} ",
            (f"age {age}", "dim"),
        )


def _beside(call: Call) -> Iterator[tuple[str, str]]:
    if book := call.get("book"):
        label = "holdings" if _of_a_file(call) else "book"
        yield label, f"{holdings(book)}. {tail(book)} {against_limit(book)}"
    elif "book" in call:
        yield "book", UNKNOWN
    books = call["playbooks"].items()
    counts = [f"{name} {said.met_of(listed)}/{len(listed)}" for name, listed in books]
    yield "playbooks", f"{' · '.join(counts)} conditions met"
    if policy := call.get("policy"):
        whose = " for the published book, not for these holdings" if _of_a_file(call) else ""
        yield "exposure", f"by policy {policy['name']}{whose}: {policy['why']}"
    yield "nearest flip", said.nearest_flip(call).replace("`", "")
    for analog in call["analogs"][:_ANALOGS]:
        moves = ", ".join(f"{name} {move}" for name, move in said.moves_after(analog).items())
        yield "like", f"{analog['session']}, then {words(analog['scenario'])}: {moves}"
    yield "drift", said.drift(call)[0]
    yield "missing", said.missing(call)


def _of_a_file(call: Call) -> bool:
    book = call.get("book")
    return book is not None and book["origin"] == "holdings"


def _entry(call: Call) -> str:
    row = call.get("ledger")
    if row is None:
        return "as of then, not published"
    return f"{row['kind']}, published {said.minute(row['published_at'])}"
