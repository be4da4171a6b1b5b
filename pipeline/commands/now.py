"""``undertow now``: the last call with crypto brought up to the hour; printed, and kept nowhere."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd
from rich.text import Text

from pipeline import params
from pipeline.base.console import (
    NOTHING,
    labelled,
    out,
    paragraph,
    show,
    show_json,
    show_quiet,
    show_simulated,
    styled,
)
from pipeline.base.words import RESEARCH, number
from pipeline.catalogue import CATALOGUE
from pipeline.commands.before_after import changed, show_sides
from pipeline.desk.units import shown
from pipeline.provisional.look import look
from pipeline.provisional.verdict import sentences
from pipeline.scoring.book.words import tail
from pipeline.scoring.words import TIERS, cascade, minute, percent, step_brief

_FEATURES = 4
"""Features of the largest pushes that are shown."""


def run(at: str | None, *, fetch: bool, as_json: bool) -> None:
    """Print the view, for people or for scripts."""
    settings, now = params.load(), pd.Timestamp.now("UTC")
    if settings.data.source == "live" and at is None and fetch:
        # It loads the network's libraries, which a look at what is stored does without.
        from pipeline.commands.fetch import fetch_round_the_clock  # noqa: PLC0415

        fetch_round_the_clock(settings, now)
    found = look(at, settings, now)
    if as_json:
        show_json(found)
    else:
        _show(found)


def _show(found: dict[str, Any]) -> None:
    if found["simulated"]:
        show_simulated()
    out.print(styled((" PROVISIONAL ", "bold reverse"), f" as of {minute(found['moment'])}"))
    out.print(
        paragraph(
            f"The call of {found['session']} with crypto brought up to this hour, the rest as last "
            f"published. It enters no ledger; the next call is due from "
            f"{minute(found['next_decision_time'])} on."
        )
    )
    show(labelled(("fresh", _fresh(found))))
    show_sides(found, [*_rules(found["before"], found["after"]), *_reasons(found)])
    out.print()
    for sentence in sentences(found["verdict"]):
        out.print(paragraph(sentence))
    show_quiet(paragraph(f"model {found['before']['model']['name']}. {RESEARCH}"))


def _fresh(found: dict[str, Any]) -> str:
    """Series that have rows since the call, by the hour that they reach; prices with their move."""
    by_hour: dict[str, list[str]] = {}
    for each in sorted(found["fresh"], key=lambda row: row["until"], reverse=True):
        by_hour.setdefault(minute(each["until"])[5:16], []).append(_name(each))
    told = [f"to {hour}: {', '.join(names)}" for hour, names in by_hour.items()]
    return "; ".join(told) or "nothing: no row of crypto is newer than the call"


def _name(fresh: Mapping[str, Any]) -> str:
    if CATALOGUE[fresh["series"]].kind != "bar" or None in (fresh["before"], fresh["after"]):
        return str(fresh["series"])
    return f"{fresh['series']} {percent(fresh['after'] / fresh['before'] - 1, 1, signed=True)}"


def _rules(before: dict[str, Any], after: dict[str, Any]) -> Iterator[tuple[str, Text]]:
    """The rules' answers before and after."""
    for name, said in _ANSWERS.items():
        yield name, changed(said(before), said(after))
    if before.get("book") and after.get("book"):
        yield "book", changed(tail(before["book"]), tail(after["book"]))
    there = {step["step"]: step for step in after["checklist"]}
    for step in before["checklist"]:
        now = there[step["step"]]
        if step["step"] == "crypto" or step["status"] != now["status"]:
            told = changed(step["status"], now["status"])
            yield f"{step['step']} step", told.append(f" · {step_brief(now)}")


_ANSWERS: Mapping[str, Callable[[Any], str]] = {
    "tier": lambda side: f"{side['tier']} of {len(TIERS) - 1}: {TIERS[side['tier']]}",
    "exposure": lambda side: percent(side["exposure"]),
    "action": lambda side: str(side["action"]),
    "event": lambda side: str(side["event_kind"]),
    "tape": lambda side: str(side["tape"]),
    "cascade": cascade,
    "stack": lambda side: str(side["stack"]),
}


def _reasons(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What moved it: drivers, then the features whose pushes changed most."""
    yield "push to risk", _drivers(found["drivers"])
    moved = [_feature(each) for each in found["moved"][:_FEATURES] if _counts(each)]
    yield "moved by", "; ".join(moved) or "no feature that counts for the probabilities"


def _drivers(moved: list[dict[str, Any]]) -> str:
    sides = [(each["driver"], number(each["before"]), number(each["after"])) for each in moved]
    told = [f"{name} {here} → {there}" for name, here, there in sides if here != there]
    return f"in log odds: {', '.join(told)}" if told else "unchanged"


def _counts(moved: Mapping[str, Any]) -> bool:
    return round(moved["push_to_risk"], 2) != 0


def _feature(moved: Mapping[str, Any]) -> str:
    here, there = (
        NOTHING if moved[side] is None else shown(moved[side], moved["unit"])
        for side in ("before", "after")
    )
    return f"{moved['label']} {here} → {there} ({number(moved['push_to_risk'])})"
