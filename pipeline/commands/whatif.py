"""``undertow whatif``: how probabilities, drivers and tier would move."""

from collections.abc import Iterator
from typing import Any

from rich.text import Text

from pipeline.base.console import out, show_json, show_quiet, show_simulated, styled
from pipeline.base.words import RESEARCH, number
from pipeline.commands.before_after import changed, show_sides
from pipeline.scoring.champion import load_champion
from pipeline.scoring.freshness import check_known
from pipeline.scoring.gather import read_snapshot
from pipeline.scoring.whatif import parse, what_if
from pipeline.storage import store
from pipeline.tracking.deployed import check_deployed

_SHOWN_DRIVERS = 6
_RULES = ("tier", "exposure", "action", "state", "event_kind", "tape", "stack", "driver")


def run(moves: list[str], *, as_json: bool) -> None:
    """Print the call's parts before and after the moves."""
    check_deployed(source := store.source())
    model = load_champion(source)
    shocks = parse(moves, model)
    snapshot = read_snapshot(model)
    check_known(model.reads, snapshot.panel)
    result = what_if(model, snapshot, shocks)
    if as_json:
        show_json(result)
    else:
        _show(result)


def _show(result: dict[str, Any]) -> None:
    if result["simulated"]:
        show_simulated()
    moved = ", ".join(f"{m['series']} {m['from']:.6g} → {m['to']:.6g}" for m in result["moves"])
    out.print(styled((result["session"], "bold"), f"  what if {moved}"))
    show_sides(result, _lines(result["before"], result["after"]))
    show_quiet(f"Only these series move; name others to move them too. {RESEARCH}")


def _lines(before: dict[str, Any], after: dict[str, Any]) -> Iterator[tuple[str, Text]]:
    """The rules' answers before and after, and the pushes."""
    for name in _RULES:
        here, there = _shown(name, before[name]), _shown(name, after[name])
        yield name.replace("_", " "), changed(here, there)
    steps = [
        f"{step} {status} → {after['checklist'][step]}"
        for step, status in before["checklist"].items()
        if status != after["checklist"][step]
    ]
    yield "checklist", styled(", ".join(steps) or "unchanged")
    yield "push to risk", styled(f"in log odds: {_drivers(before, after)}")


def _shown(name: str, value: Any) -> str:
    return f"{100 * value:.0f} %" if name == "exposure" else str(value)


def _drivers(before: dict[str, Any], after: dict[str, Any]) -> str:
    """Pushes to risk that moved most."""
    here, there = (
        {each["driver"]: each["to_risk"] for each in side["drivers"]} for side in (before, after)
    )
    ordered = sorted(here, key=lambda name: -abs(there.get(name, 0.0) - here[name]))
    moved = ordered[:_SHOWN_DRIVERS]
    return ", ".join(
        f"{name} {number(here[name])} → {number(there.get(name, 0.0))}" for name in moved
    )
