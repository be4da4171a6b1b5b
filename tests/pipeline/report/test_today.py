"""What the page says of a call is what the call says."""

import pytest

from pipeline.report import today
from tests.pipeline.calls import a_call


@pytest.fixture
def call():
    return a_call("2020-04-10", (0.2, 0.7, 0.1))


@pytest.fixture
def previous():
    return a_call("2020-04-09", (0.6, 0.3, 0.1), tier=0)


def test_headline_names_scenario_probability_and_span(call) -> None:
    assert today.headline(call) == "Tightening-shock over the next 10 sessions (70 %)"
    told = today.headline(call | {"scenario_in_progress": "base"})
    assert told == "Base in progress (20 %), tightening-shock over the next 10 sessions (70 %)"
    told = today.headline(call | {"scenario_in_progress": "tightening_shock"})
    assert told == "Tightening-shock in progress (70 %) and over the next 10 sessions (70 %)"


def test_shares_carry_their_change_in_points(call, previous) -> None:
    ahead = today.probabilities(call, previous)[2]
    assert ahead.question == "Next 10 sessions"
    assert [share.changed for share in ahead.shares] == ["\N{MINUS SIGN}40 pt", "+40 pt", ""]


def test_conformal_sets_are_said_in_words(call) -> None:
    rows = today.probabilities(call, None)
    assert [row.conformal for row in rows] == ["base or tightening-shock", "", "cannot tell", ""]


def test_changes_name_what_is_another(call, previous) -> None:
    told = today.changes(call, previous)
    assert "scenario: base → tightening-shock" in told
    assert "tier: 0 → 1" in told
    assert not any(line.startswith("tape") for line in told)


def test_nothing_changed_and_nothing_to_compare_with_are_told_apart(call) -> None:
    assert today.changes(call, call) == ["Nothing that would change a decision."]
    assert today.changes(call, None) is None


def test_longest_driver_fills_its_track() -> None:
    pushes = [
        {"driver": d, "contribution": c, "to_risk": 0.0} for d, c in (("a", -2.0), ("b", 1.0))
    ]
    drivers = today.drivers(pushes)
    assert [(d["length"], d["towards"]) for d in drivers] == [(1.0, False), (0.5, True)]
    assert [d["odds"] for d in drivers] == [
        "odds \N{MULTIPLICATION SIGN} 0.14",
        "odds \N{MULTIPLICATION SIGN} 2.72",
    ]


def test_the_nearest_flip_says_what_its_feature_is_where_this_version_has_it(call) -> None:
    told = today.nearest_flip(call)
    assert told.startswith("Tier 2 instead of 1, all else as it is, if `log_vix` moved by +0.20")
    assert told.endswith("It belongs to volatility: logarithm of VIX.")
    gone = call["nearest_flip"] | {"feature": "former"}
    assert today.nearest_flip(call | {"nearest_flip": gone}).endswith("standard deviation.")
