import math
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.registry import select
from pipeline.desk.checklist import DEFEND, MISSING, PASS, WARN, check, defence_first
from pipeline.desk.rules import Day, evaluate_conditions, is_met
from pipeline.desk.units import shown
from pipeline.settings.desk import DeskSettings, Limit, Rule, restore

ROOT = Path(__file__).resolve().parents[3]
CONDITIONS = {"a": Limit(above=1.0), "b": Limit(below=-1.0), "c": Limit(0.0, 2.0)}


def day(**values: float) -> Day:
    return Day(
        values,
        {},
        "calm",
        ages={"a": 1},
        labels={"a": "the first"},
        units={"a": "percentage points"},
    )


def test_a_condition_is_met_inside_its_bounds_and_not_on_them() -> None:
    met = {
        each.name: each.met for each in evaluate_conditions(CONDITIONS, day(a=1.0, b=-1.5, c=1.0))
    }
    assert met == {"a": False, "b": True, "c": True}
    assert evaluate_conditions(CONDITIONS, day(c=2.0))[2].met is False


def test_a_missing_value_meets_nothing_and_says_so() -> None:
    first, second, _ = evaluate_conditions(CONDITIONS, day(a=math.nan))
    assert first.met is second.met is None
    assert first.text == "the first: missing"
    assert first.document()["value"] is None


def test_evidence_has_the_number_its_bound_and_its_age() -> None:
    first = evaluate_conditions(CONDITIONS, day(a=1.25))[0]
    assert first.text == "the first +1.25 pp (above +1.00 pp)"
    assert first.document()["age_sessions"] == 1


@pytest.mark.parametrize(
    ("limit", "value", "met", "text", "brief"),
    [
        (Limit(above=0.5), 1.0, True, "a lower low: yes", "a lower low"),
        (Limit(above=0.5), 0.0, False, "a lower low: no", "a lower low: no"),
        (Limit(below=0.5), 0.0, True, "a lower low: no", "a lower low: no"),
        (Limit(below=0.5), 1.0, False, "a lower low: yes", "a lower low"),
    ],
)
def test_a_flag_is_a_question_with_its_answer(limit, value, met, text: str, brief: str) -> None:
    evidence = evaluate_conditions(
        {"a": limit},
        Day({"a": value}, {}, "calm", labels={"a": "a lower low"}, units={"a": "flag"}),
    )[0]
    assert (evidence.met, evidence.text, evidence.brief) == (met, text, brief)


def test_no_label_names_the_answer_it_waits_for() -> None:
    answers = {"no", "not", "inside", "below", "leads", "eases"}
    assert [each.label for each in select() if answers & set(each.label.split())] == []


@pytest.mark.parametrize(
    ("values", "answer"),
    [({}, None), ({"a": 2.0}, False), ({"a": 2.0, "b": -2.0}, True), ({"a": 0.0}, False)],
)
def test_a_rule_holds_when_enough_conditions_do(values: dict, answer: bool | None) -> None:
    assert is_met(Rule(CONDITIONS, min_met=2), day(**values)) is answer


@given(st.dictionaries(st.sampled_from("abc"), st.floats(-5, 5) | st.just(math.nan)))
def test_a_rule_counts_what_the_evidence_shows(values: dict[str, float]) -> None:
    evidence = evaluate_conditions(CONDITIONS, day(**values))
    met = sum(each.met is True for each in evidence)
    for least in (1, 2, 3):
        answer = is_met(Rule(CONDITIONS, least), day(**values))
        assert answer is (met >= least if any(e.met is not None for e in evidence) else None)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1.0, "flag", "yes"),
        (0.4, "share of members", "40 %"),
        (math.log(1.1), "log return", "+10.0 %"),
        (-0.05, "fraction", "-5.0 %"),
        (0.0, "log return", "0.0 %"),
        (-0.0001, "fraction", "0.0 %"),
        (0.0, "correlation", "0.00"),
        (1.5, "standard deviations", "+1.50 sd"),
        (3.0, "sessions", "3"),
        (0.65, "correlation", "+0.65"),
    ],
)
def test_units_are_spoken(value: float, unit: str, text: str) -> None:
    assert shown(value, unit) == text


def test_steps_stand_in_their_order_and_say_missing_without_data(
    settings: DeskSettings, make_day
) -> None:
    steps = check(make_day(), settings)
    assert [step.step for step in steps] == ["macro", "leadership", "crypto", "correlation"]
    assert {step.status for step in steps} == {MISSING}
    assert not defence_first(make_day(), settings)


def test_steps_warn_and_defend_by_the_number_of_conditions(
    settings: DeskSettings, make_day
) -> None:
    step = settings.checklist["macro"]
    far = {
        name: (limit.below - 9.0 if limit.above is None else limit.above + 9.0)
        for name, limit in step.conditions.items()
    }
    calm = dict.fromkeys(far, math.nan) | dict.fromkeys(list(far)[:1], 0.0)
    names = list(far)
    for count in range(len(names) + 1):
        values = (
            calm | {name: far[name] for name in names[:count]} | ({} if count else {names[0]: 0.0})
        )
        status = check(make_day(values), settings)[0].status
        expected = DEFEND if count >= step.defend else WARN if count >= step.warn else PASS
        assert status == expected


def test_settings_survive_the_bundle(settings: DeskSettings) -> None:
    assert restore(asdict(settings)) == settings
