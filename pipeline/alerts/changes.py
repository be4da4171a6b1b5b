"""What there is to tell of a call, of series that are late, and of a job that failed."""

from collections.abc import Mapping, Sequence

import pandas as pd

from pipeline.alerts.alert import Alert
from pipeline.desk.narrative import words
from pipeline.scoring import ledger
from pipeline.scoring import words as said
from pipeline.scoring.document import Call

_NONE = "none"


def before(call: Call) -> Call | None:
    """The call published before this one, of its session by another model or of an earlier one."""
    simulated, session = call["simulated"], call["session"]
    same = ledger.of_session(session, simulated=simulated)
    names = [each["model"]["name"] for each in same]
    name = call["model"]["name"]
    if earlier := same[: names.index(name)] if name in names else same:
        return earlier[-1]
    past = [day for day in ledger.called_sessions(simulated=simulated) if day < session]
    return ledger.of_session(max(past), simulated=simulated)[-1] if past else None


def changes(call: Call, former: Call | None) -> list[Alert]:
    """What differs between a call and the one before; nothing without a call before."""
    moved = {} if former is None else _moved(call, former)
    told = [
        Alert(
            key=_key(call["simulated"], call["session"], kind, text),
            kind=kind,
            day=call["session"],
            text=text,
            details=_details(call),
            simulated=call["simulated"],
        )
        for kind, text in moved.items()
    ]
    late = late_series(call.get("late", []), call["session"], simulated=call["simulated"])
    return [*told, *late]


def late_series(
    found: Sequence[Mapping[str, object]], session: str, *, simulated: bool
) -> list[Alert]:
    """One alert for each required series of `pipeline.scoring.freshness.late`."""
    return [
        Alert(
            key=_key(simulated, session, "late", str(each["series"])),
            kind="late",
            day=session,
            text=f"{each['series']} is late: its last value is of {each['last']}, and that of "
            f"{each['due']} was due",
            simulated=simulated,
        )
        for each in found
    ]


def failure(text: str, *, simulated: bool) -> Alert:
    """The nightly job failed; the first failure of a day (UTC) is told."""
    day = f"{pd.Timestamp.now('UTC'):%Y-%m-%d}"
    return Alert(f"failure/{day}", "failure", day, text, simulated=simulated)


def _moved(call: Call, former: Call) -> dict[str, str]:
    """What changed, in words, by kind; a tier of another meaning is not compared."""
    tiers = [f"{each['tier']} ({said.tier_words(each)})" for each in (former, call)]
    running = [words(each["scenario_in_progress"] or _NONE) for each in (former, call)]
    events = [words(each["event_kind"]) for each in (former, call)]
    models = [each["model"]["name"] for each in (former, call)]
    pairs = {
        "tier": ("tier", tiers),
        "scenario": ("scenario in progress", running),
        "event": ("kind of event", events),
        "champion": ("champion", models),
    }
    if said.of_moves(call) != said.of_moves(former):
        del pairs["tier"]
    return {
        kind: f"{name} {then} → {now}" for kind, (name, (then, now)) in pairs.items() if then != now
    }


def _details(call: Call) -> tuple[str, ...]:
    """Probabilities by window, and what the desk suggests."""
    windows = said.windows(call)
    chances = (
        f"{said.question(windows, window)}: "
        + ", ".join(f"{words(name)} {said.percent(p)}" for name, p in proba.items())
        for window, proba in call["probabilities"].items()
        if window in {"now", "ahead"}
    )
    suggested = f"action: {call['action']}; suggested exposure {said.percent(call['exposure'])}"
    return (*chances, suggested)


def _key(simulated: bool, session: str, kind: str, what: str) -> str:
    return f"{'simulated' if simulated else 'real'}/{session}/{kind}/{what}"
