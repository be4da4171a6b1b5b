"""What the page says of a call is what the call says."""

import pytest

from models.scenarios import Window
from pipeline.base.console import RESEARCH, SIMULATED
from pipeline.report import evidence, today

WINDOWS = {
    "now": Window("now", 5, 5),
    "week": Window("week", 0, 5),
    "ahead": Window("ahead", 0, 10),
    "month": Window("month", 0, 21),
}


@pytest.fixture
def call(make_call):
    return make_call("2020-04-10", (0.2, 0.7, 0.1))


@pytest.fixture
def previous(make_call):
    return make_call("2020-04-09", (0.6, 0.3, 0.1), tier=0)


def test_headline_names_scenario_probability_and_span(call) -> None:
    assert today.headline(call, WINDOWS) == "Tightening-shock over the next 10 sessions (70 %)"
    told = today.headline(call | {"scenario_in_progress": "base"}, WINDOWS)
    assert told == "Base in progress (20 %), tightening-shock over the next 10 sessions (70 %)"
    told = today.headline(call | {"scenario_in_progress": "tightening_shock"}, WINDOWS)
    assert told == "Tightening-shock in progress (70 %) and over the next 10 sessions (70 %)"


def test_the_narrative_leaves_out_what_the_page_says_itself() -> None:
    text = f"{SIMULATED} In progress: base (56 %). {RESEARCH}"
    assert today.narrative({"narrative": text}) == "In progress: base (56 %)."
    assert today.narrative({}) == ""


def test_shares_carry_their_change_in_points(call, previous) -> None:
    ahead = today.probabilities(call, previous, WINDOWS)[2]
    assert ahead.question == "Next 10 sessions"
    assert [share.changed for share in ahead.shares] == ["\N{MINUS SIGN}40 pt", "+40 pt", ""]


def test_conformal_sets_are_said_in_words(call) -> None:
    rows = today.probabilities(call, None, WINDOWS)
    assert [row.conformal for row in rows] == ["base or tightening-shock", "", "cannot tell", ""]


def test_changes_name_what_is_another(call, previous) -> None:
    told = today.changes(call, previous, WINDOWS)
    assert "scenario: base → tightening-shock" in told
    assert "tier: 0 → 1" in told
    assert not any(line.startswith("tape") for line in told)


def test_nothing_changed_and_nothing_to_compare_with_are_told_apart(call) -> None:
    assert today.changes(call, call, WINDOWS) == ["Nothing that would change a decision."]
    assert today.changes(call, None, WINDOWS) is None


def test_longest_driver_fills_its_track() -> None:
    call = {"drivers": [{"driver": d, "contribution": c} for d, c in (("a", -2.0), ("b", 1.0))]}
    drivers = today.drivers(call)
    assert [(d["length"], d["towards"]) for d in drivers] == [(1.0, False), (0.5, True)]
    assert [d["odds"] for d in drivers] == [
        "odds \N{MULTIPLICATION SIGN} 0.14",
        "odds \N{MULTIPLICATION SIGN} 2.72",
    ]


@pytest.mark.parametrize(
    ("risk", "told"),
    [
        (0.25, "risk 25 %, tier 2 from 30 %"),
        (0.30, "risk 30 %, tier 3 from 40 %"),
        (0.60, "risk 60 %"),
        (None, ""),
    ],
)
def test_the_tier_tells_the_risk_and_where_the_next_one_begins(call, risk, told: str) -> None:
    levels = (0.20, 0.30, 0.40, 0.55)
    assert today.stance(call | {"risk": risk}, levels)[0] == ("risk tier", "1 of 4: watch", told)


def test_the_state_tells_since_when_apart_from_its_name(call) -> None:
    assert ("state", "Normal", "since 2020-01-02") in today.stance(call, (0.2,))


def test_a_step_tells_how_old_its_data_are(call) -> None:
    aged = [
        {"step": step, "status": "pass", "evidence": [], "age_sessions": age}
        for step, age in (("macro", 1), ("crypto", 0), ("leadership", 3), ("execution", None))
    ]
    assert [step["note"] for step in evidence.checklist(call | {"checklist": aged})] == [
        "data 1 session old",
        "data of this session",
        "data 3 sessions old",
        "its status follows from the action",
    ]


def test_a_call_without_the_desk_leaves_its_parts_out() -> None:
    bare = {"scenario": "base", "state": None}
    parts = ("checklist", "stack", "playbooks", "nearest_flip", "analogs", "drift", "freshness")
    assert [getattr(evidence, part)(bare) for part in parts] == [None] * len(parts)
    assert today.stance(bare, (0.2, 0.3)) == []


def test_stack_tells_what_is_not_known(call) -> None:
    assert evidence.stack(call) == [
        "1 of 2: technology",
        "Not known: outside shock",
        "Cascade: step 2 of 6, rates and dollar",
    ]


def test_no_flip_within_reach_is_told(call) -> None:
    told = evidence.nearest_flip(call)
    assert told.startswith(
        "Tier 2 instead of 1, all else as it is, if `log_vix` moved by +0.20 from 3.00 (log), "
        "which is 1.50 times"
    )
    assert told.endswith("It belongs to volatility: logarithm of VIX.")
    assert "No single input" in evidence.nearest_flip(call | {"nearest_flip": None})
