"""``undertow ledger``: every call as published, and what came of it."""

from typing import Any

from pipeline import ledger, params, store
from pipeline.console import RESEARCH, SIMULATED, out, show_json, show_table, table
from pipeline.desk.narrative import words
from pipeline.desk.outcomes import OVERSOLD, outcome
from pipeline.errors import DataMissingError

_TEXTS = ("call", "action", "came", "check", "kind")


def run(*, as_json: bool) -> None:
    """Print the ledger, the newest call last."""
    chosen = params.load()
    rows = ledger.calls(simulated=chosen.data.simulated)
    if not rows:
        raise DataMissingError(f"{store.CALLS} holds no call yet; run `undertow score`")
    settings = chosen.desk.outcomes
    labels = store.read_parquet(store.SCENARIOS)
    prices = store.read_sessions(store.PANEL, list(OVERSOLD))
    correlation = store.read_sessions(store.FEATURES, [settings.correlation])[settings.correlation]
    checked = []
    for row in rows:
        with ledger.told(row):
            came = outcome(row, labels, prices, correlation, settings)
            checked.append(_entry(row, came))
    if as_json:
        show_json(checked)
    else:
        _show(checked)


def _entry(row: dict[str, Any], came: dict[str, Any] | None) -> dict[str, Any]:
    kept = ("session", "simulated", "scenario", "probabilities", "tier", "exposure", "action")
    return {
        **{name: row[name] for name in kept},
        "model": row["model"]["name"],
        **row["ledger"],
        "outcome": came,
    }


def _show(entries: list[dict[str, Any]]) -> None:
    if any(entry["simulated"] for entry in entries):
        out.print(f"[bold reverse] {SIMULATED} [/]")
    shown = table("", "session", "call", "tier", *_TEXTS[1:], text=_TEXTS)
    for entry in entries:
        shown.add_row(
            entry["session"],
            words(entry["scenario"]),
            str(entry["tier"]),
            entry["action"],
            *_came(entry["outcome"]),
            entry["kind"],
        )
    show_table(shown)
    _summary([entry["outcome"] for entry in entries if entry["outcome"]])
    out.print(f"[dim]{RESEARCH}[/]")


def _came(outcome_of: dict[str, Any] | None) -> tuple[str, str]:
    if outcome_of is None:
        return "open", ""
    held = {True: "yes", False: "no", None: "missing"}[outcome_of["check"]["held"]]
    return words(outcome_of["happened"]), held


def _summary(closed: list[dict[str, Any]]) -> None:
    if not closed:
        return
    hits = sum(each["hit"] for each in closed)
    out.print(f"calls closed: {len(closed)}, of which {hits} named the scenario that came")
    for question in dict.fromkeys(each["check"]["question"] for each in closed):
        answers = [e["check"]["held"] for e in closed if e["check"]["question"] == question]
        known = [answer for answer in answers if answer is not None]
        out.print(f"  check: {question}? yes for {sum(known)} of {len(known)}")
