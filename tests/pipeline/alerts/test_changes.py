"""What there is to tell of a call."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.alerts.alert import message
from pipeline.alerts.changes import before, changes, late_series
from pipeline.base.words import RESEARCH, SIMULATED
from pipeline.scoring import ledger
from tests.pipeline.calls import a_call

BY = {"version": 1, "source": "simulated", "fit_end": {"ahead": "2018-12-31"}}


def made_by(name: str) -> dict[str, Any]:
    return {"model": {"name": name, **BY}}


def publish(*calls: dict[str, Any]) -> None:
    with ledger.writing() as database:
        for call in calls:
            ledger.append(database, call)


def test_a_first_call_and_one_like_the_last_tell_nothing() -> None:
    call = a_call("2025-06-30")
    assert changes(call, None) == []
    assert changes(call, a_call("2025-06-27", (0.2, 0.7, 0.1), exposure=0.1)) == []


@pytest.mark.parametrize(
    ("kind", "part", "text"),
    [
        ("tier", {"tier": 3}, "tier 1 (usual moves) → 3 (large moves)"),
        (
            "scenario",
            {"scenario_in_progress": "tightening_shock"},
            "scenario in progress none → tightening-shock",
        ),
        ("event", {"event_kind": "trend break"}, "kind of event none → trend break"),
        ("champion", made_by("0123456789ab"), "champion abc123 → 0123456789ab"),
    ],
)
def test_what_is_another_than_before_is_told(kind: str, part: dict[str, Any], text: str) -> None:
    (alert,) = changes(a_call("2025-06-30", **part), a_call("2025-06-27"))
    assert (alert.kind, alert.day, alert.text) == (kind, "2025-06-30", text)


def test_tiers_of_different_meanings_are_not_compared() -> None:
    former = a_call("2025-06-27", tier=3, schema_version=1)
    assert changes(a_call("2025-06-30"), former) == []
    assert changes(former | {"tier": 1}, former)


def test_a_late_series_is_told_by_name_once_a_session() -> None:
    late = [{"series": "vix", "last": "2025-06-27", "due": "2025-06-30"}]
    (alert,) = changes(a_call("2025-06-30", late=late), None)
    said = "vix is late: its last value is of 2025-06-27, and that of 2025-06-30 was due"
    assert alert.text == said
    # Whether the call was refused for it or published despite it.
    assert late_series(late, "2025-06-30", simulated=True) == [alert]


def test_the_call_before_is_the_former_model_s_or_that_of_the_session_before(here: Path) -> None:
    former = a_call("2025-06-27", **made_by("a"))
    one, other = (a_call("2025-06-30", **made_by(name)) for name in "ab")
    publish(former, one, other)
    assert [before(call) for call in (former, one, other)] == [None, former, one]
    # Filled in later, of a session between the two.
    filled = a_call("2025-06-28", **made_by("b"))
    publish(filled)
    assert before(filled) == former


def test_a_message_is_short_and_says_what_it_is_not() -> None:
    call = a_call("2025-06-30", tier=3, event_kind="trend break", action="reduce")
    made = message(changes(call, a_call("2025-06-27")))
    chances = "base 60 %, tightening-shock 30 %, reflation 10 %"
    assert made.title.startswith(
        "SIMULATED: undertow 2025-06-30: tier 1 (usual moves) → 3 (large moves); "
    )
    assert made.body.splitlines() == [
        SIMULATED,
        "",
        "2025-06-30",
        "tier 1 (usual moves) → 3 (large moves)",
        "kind of event none → trend break",
        f"In progress (5 sessions seen, 5 to come): {chances}",
        f"Next 10 sessions: {chances}",
        "action: reduce; suggested exposure 75 %",
        "",
        RESEARCH,
    ]
    real = a_call("2025-06-30", tier=3, simulated=False)
    assert "SIMULATED" not in str(message(changes(real, a_call("2025-06-27"))))
