"""What the words say of a call is what the call says."""

import pytest

from pipeline.base.words import RESEARCH, SIMULATED
from pipeline.scoring import words
from tests.pipeline.calls import a_call

TIER_BEGINS = {1: 0.30, 2: 0.40, 3: 0.50, 4: 0.60}


@pytest.fixture
def call():
    return a_call("2020-04-10", (0.2, 0.7, 0.1))


def test_the_narrative_leaves_out_what_every_page_says_itself(call) -> None:
    text = f"{SIMULATED} In progress: base (56 %). {RESEARCH}"
    assert words.narrative(call | {"narrative": text}) == "In progress: base (56 %)."


@pytest.mark.parametrize(
    ("risk", "told"),
    [
        (0.35, "large move 35 %, tier 2 from 40 %"),
        (0.40, "large move 40 %, tier 3 from 50 %"),
        (0.60, "large move 60 %"),
    ],
)
def test_the_tier_tells_the_risk_and_where_the_next_one_begins(call, risk, told: str) -> None:
    fact = words.facts(call | {"risk": risk}, TIER_BEGINS)[0]
    assert fact == ("risk tier", "1 of 4: usual moves", told)


def test_a_call_of_the_former_tier_keeps_its_meaning(call) -> None:
    """Until version 1 risk was of a tightening-shock, and the tier made the exposure."""
    former = call | {"schema_version": 1}
    former.pop("policy")
    told = {fact.name: fact for fact in words.facts(former)}
    assert told["risk tier"] == ("risk tier", "1 of 4: watch", "risk 25 %")
    assert told["suggested exposure"] == ("suggested exposure", "75 %", "")
    now = {fact.name: fact for fact in words.facts(call)}
    assert now["suggested exposure"].note == "by policy target"


def test_the_tier_tells_how_far_the_book_then_moved_where_that_was_measured(call) -> None:
    after = {"std": 0.081, "worst_tenth": -0.09}
    measured = {"ahead": 10, "by_tier": {"1": {"book": after}}}
    told = "your book then moved by 8.1 % in 10 sessions, worst tenth -9.0 %"
    assert words.facts(call, {}, measured)[0].note == f"large move 25 %; {told}"
    assert words.facts(call | {"tier": 3}, {}, measured)[0].note == "large move 25 %"


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
