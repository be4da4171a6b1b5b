"""What the words say of a call is what the call says."""

import pytest

from pipeline.base.console import RESEARCH, SIMULATED
from pipeline.scoring import words
from tests.pipeline.calls import a_call

TIER_BEGINS = {1: 0.20, 2: 0.30, 3: 0.40, 4: 0.55}


@pytest.fixture
def call():
    return a_call("2020-04-10", (0.2, 0.7, 0.1))


def test_the_narrative_leaves_out_what_every_page_says_itself(call) -> None:
    text = f"{SIMULATED} In progress: base (56 %). {RESEARCH}"
    assert words.narrative(call | {"narrative": text}) == "In progress: base (56 %)."


@pytest.mark.parametrize(
    ("risk", "told"),
    [
        (0.25, "risk 25 %, tier 2 from 30 %"),
        (0.30, "risk 30 %, tier 3 from 40 %"),
        (0.60, "risk 60 %"),
    ],
)
def test_the_tier_tells_the_risk_and_where_the_next_one_begins(call, risk, told: str) -> None:
    fact = words.facts(call | {"risk": risk}, TIER_BEGINS)[0]
    assert fact == ("risk tier", "1 of 4: watch", told)


def test_the_state_tells_since_when_apart_from_its_name(call) -> None:
    assert ("state", "Normal", "since 2020-01-02") in words.facts(call)


def test_a_step_tells_how_old_its_data_are() -> None:
    notes = [
        words.step_note({"step": step, "status": "pass", "evidence": [], "age_sessions": age})
        for step, age in (("macro", 1), ("crypto", 0), ("leadership", 3), ("execution", None))
    ]
    assert notes == [
        "data 1 session old",
        "data of this session",
        "data 3 sessions old",
        "its status follows from the action",
    ]


def test_stack_and_cascade_tell_what_is_not_known(call) -> None:
    assert words.stack(call) == "1 of 2: technology; not known: outside shock"
    assert words.cascade(call) == "step 2 of 6, rates and dollar"


def test_no_flip_within_reach_is_told(call) -> None:
    assert "which is 1.50 times" in words.nearest_flip(call)
    assert "No single input" in words.nearest_flip(call | {"nearest_flip": None})


def test_a_window_is_asked_by_what_the_call_says_that_it_covers(call) -> None:
    former = {name: part for name, part in call.items() if name != "windows"}
    for each in (call, former):
        assert words.question(words.windows(each), "now") == (
            "In progress (5 sessions seen, 5 to come)"
        )
    longer = words.windows(call | {"windows": {"ahead": {"back": 0, "ahead": 12}}})
    assert words.short_question(longer, "ahead") == "next 12 sessions"
    assert words.question(longer, "now") == "now"
