"""``undertow ledger``: every call as published, and what came of it."""

import csv
import sys
from typing import Any

from models.scenarios import SCENARIOS
from pipeline import params
from pipeline.base.console import (
    NOTHING,
    out,
    paragraph,
    show_json,
    show_quiet,
    show_simulated,
    show_table,
    table,
)
from pipeline.base.dates import parse_date
from pipeline.base.errors import ConfigurationError, DataMissingError
from pipeline.base.run import log
from pipeline.base.words import RESEARCH
from pipeline.commands.page import show_call
from pipeline.params import Params
from pipeline.scoring import ledger
from pipeline.scoring.current_outcomes import Outcomes, read_outcomes
from pipeline.scoring.document import Call
from pipeline.storage import store

_COLUMNS = ("session", "call", "b/t/r %", "tier", "came", "check", "kind", "model")
_FACTS = ("session", "simulated", "scenario", "probabilities", "tier", "exposure", "action")
_SHORT = dict(zip(SCENARIOS, ("base", "tightening", "reflation"), strict=True))
_SHOWN = 2_000
"""Calls in the table, eight years of them; who has more asks for --csv."""

_MODEL = 7
"""Characters of a model's name that tell it from the others, as with commits."""


def run(date: str | None, *, as_csv: bool, as_json: bool) -> None:
    """Print the whole ledger, the newest call last, or one session's calls as published."""
    if as_csv and as_json:
        raise ConfigurationError("give --csv or --json, not both")
    settings = params.load()
    if date is not None:
        day, simulated = f"{parse_date(date):%Y-%m-%d}", settings.data.simulated
        _show_session(day, simulated=simulated, as_json=as_json)
        return
    total = ledger.count(simulated=settings.data.simulated)
    if not total:
        raise DataMissingError(f"{store.LEDGER} holds no call yet; run `undertow score`")
    listed = entries(settings, newest=None if as_json or as_csv else _SHOWN)
    if as_json:
        show_json(listed)
    elif as_csv:
        _write_csv(listed)
    else:
        _show(listed, total)


def entries(settings: Params, newest: int | None = None) -> list[dict[str, Any]]:
    """Calls, the newest last: their main facts, how they were published, and what came of them.

    Parameters
    ----------
    settings
        Whose ``data.source`` tells simulated calls from real ones.
    newest
        Number of calls from the end; None for all.
    """
    if not ledger.count(simulated=settings.data.simulated):
        return []
    rows = ledger.each_call(simulated=settings.data.simulated, newest=newest)
    outcomes = _outcomes(settings)
    return [_entry(row, outcomes) for row in rows]


def _outcomes(settings: Params) -> Outcomes | None:
    """What calls are compared with; None, with a warning, where no data could tell."""
    try:
        return read_outcomes(settings)
    except DataMissingError as error:
        log.warning("no outcome is told: %s", error)
        return None


def _show_session(session: str, *, simulated: bool, as_json: bool) -> None:
    """Each call of a session, the first published first, to the last number as published."""
    rows = ledger.documents(session, simulated=simulated)
    if not rows:
        raise DataMissingError(
            f"no call of {session} was published; `undertow ledger` lists those that were, and "
            f"`undertow score --as-of {session}` tells what would have been said"
        )
    if as_json:
        show_json(rows)
        return
    for row in ledger.of_session(session, simulated=simulated):
        show_call(row)


def _entry(call: Call, outcomes: Outcomes | None) -> dict[str, Any]:
    parts: dict[str, Any] = {**call}
    return {
        **{name: parts[name] for name in _FACTS},
        "model": call["model"]["name"],
        "version": call["model"]["version"],
        **parts["ledger"],
        "outcome": None if outcomes is None else outcomes.of(call),
    }


def _show(listed: list[dict[str, Any]], total: int) -> None:
    if any(entry["simulated"] for entry in listed):
        show_simulated()
    show_table(table("", *_COLUMNS, text=_COLUMNS, rows=map(_cells, listed)))
    if earlier := total - len(listed):
        out.print(f"{earlier} earlier calls are not shown or counted; --csv and --json have all")
    _summary([entry["outcome"] for entry in listed if entry["outcome"]])
    legend = f"b/t/r: base, tightening-shock and reflation, over the outlook's window. {RESEARCH}"
    show_quiet(paragraph(legend))


def _cells(entry: dict[str, Any]) -> tuple[str, ...]:
    ahead = entry["probabilities"]["ahead"]
    return (
        entry["session"],
        _SHORT[entry["scenario"]],
        "/".join(f"{100 * ahead[name]:.0f}" for name in SCENARIOS),
        f"{entry['tier']} {entry['action']}",
        *_came(entry["outcome"]),
        entry["kind"],
        entry["model"][:_MODEL],
    )


def _came(outcome_of: dict[str, Any] | None) -> tuple[str, str]:
    if outcome_of is None:
        return "open", ""
    held = {True: "yes", False: "no", None: NOTHING}[outcome_of["check"]["held"]]
    return _SHORT[outcome_of["happened"]], held


def _summary(closed: list[dict[str, Any]]) -> None:
    if not closed:
        return
    hits = sum(each["hit"] for each in closed)
    out.print(f"calls closed: {len(closed)}, of which {hits} named the scenario that came")
    for question in dict.fromkeys(each["check"]["question"] for each in closed):
        answers = [e["check"]["held"] for e in closed if e["check"]["question"] == question]
        known = [answer for answer in answers if answer is not None]
        out.print(f"  check: {question}? yes for {sum(known)} of {len(known)}")


def _write_csv(listed: list[dict[str, Any]]) -> None:
    rows = [flat(entry) for entry in listed]
    writer = csv.DictWriter(sys.stdout, list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)


def flat(entry: dict[str, Any]) -> dict[str, Any]:
    """One line of a table: a column a probability, and what came."""
    came = entry["outcome"] or {}
    plain = {name: entry[name] for name in entry if name not in {"probabilities", "outcome"}}
    return {
        **plain,
        "revises": " ".join(entry["revises"]),
        **{
            f"{window}_{name}": p
            for window, proba in entry["probabilities"].items()
            for name, p in proba.items()
        },
        **{name: came.get(name) for name in ("happened", "hit", "probability")},
    }
