import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.evaluation.promotion import PromotionSettings, SameDays, decide, same_days
from models.scenarios import SCENARIOS

SETTINGS = PromotionSettings()

GOOD = {
    "log_loss_skill": 0.1,
    "transition_skill": 0.02,
    "calibration_error": {"base": 0.02, "tightening_shock": 0.05, "reflation": 0.03},
    "revision_share": 0.01,
}
BETTER = SameDays(challenger=0.11, champion=0.10, sessions=500)


def failed(decision):
    return [reason.gate for reason in decision.reasons if not reason.passed]


def outlook(sessions, proba, model):
    rows = pd.DataFrame(np.tile(proba, (len(sessions), 1)), columns=list(SCENARIOS))
    return rows.assign(session=sessions, window="ahead", model=model)


@pytest.fixture
def sessions():
    return pd.bdate_range("2020-01-01", periods=40)


@pytest.fixture
def scenarios(sessions):
    """Every fourth session is a tightening-shock, the others are base; each known a week later."""
    happened = np.where(np.arange(40) % 4 == 0, "tightening_shock", "base")
    return pd.DataFrame(
        {
            "session": sessions,
            "window": "ahead",
            "scenario": happened,
            "label_end": sessions + pd.Timedelta(days=7),
        }
    )


def test_a_model_that_is_good_in_everything_is_promoted():
    assert decide(GOOD, BETTER, SETTINGS).promoted


def test_every_gate_gives_its_reason_with_its_numbers():
    reasons = {r.gate: r.text for r in decide(GOOD, BETTER, SETTINGS).reasons}

    assert list(reasons) == ["skill", "transition_skill", "calibration_error", "revision_share"]
    assert "+11.00 %" in reasons["skill"]
    assert "+10.00 %" in reasons["skill"]
    assert "500 sessions" in reasons["skill"]
    assert "must be no worse" in reasons["skill"]
    assert "+2.00 %, must be above 0 %" in reasons["transition_skill"]
    assert "0.050 (tightening_shock, the worst), limit 0.1" in reasons["calibration_error"]
    assert "1.0 % of past calls" in reasons["revision_share"]


@pytest.mark.parametrize(
    ("change", "gate"),
    [
        ({"transition_skill": 0.0}, "transition_skill"),
        ({"transition_skill": None}, "transition_skill"),
        ({"calibration_error": {"base": 0.02, "reflation": 0.11}}, "calibration_error"),
        ({"calibration_error": {"base": 0.02, "reflation": None}}, "calibration_error"),
        ({"calibration_error": {}}, "calibration_error"),
        ({"revision_share": 0.10}, "revision_share"),
        ({"revision_share": None}, "revision_share"),
    ],
)
def test_one_bad_score_refuses_and_names_its_gate(change, gate):
    decision = decide(GOOD | change, BETTER, SETTINGS)

    assert failed(decision) == [gate]
    assert not decision.promoted


def test_equal_skill_is_no_worse():
    assert decide(GOOD, SameDays(0.1, 0.1, 500), SETTINGS).promoted
    assert failed(decide(GOOD, SameDays(0.0999, 0.1, 500), SETTINGS)) == ["skill"]


def test_a_margin_forgives_as_much_and_no_more():
    lenient = PromotionSettings(skill_margin=0.01)

    assert decide(GOOD, SameDays(0.095, 0.1, 500), lenient).promoted
    assert failed(decide(GOOD, SameDays(0.085, 0.1, 500), lenient)) == ["skill"]


@pytest.mark.parametrize(("skill", "failures"), [(0.01, []), (0.0, ["skill"]), (None, ["skill"])])
def test_the_first_model_needs_positive_skill(skill, failures):
    decision = decide(GOOD | {"log_loss_skill": skill}, None, SETTINGS)

    assert failed(decision) == failures
    assert decision.passed == (not failures)


def test_the_first_model_is_promoted_whatever_its_gates_say_and_tells_why():
    decision = decide(GOOD | {"transition_skill": -0.1}, None, SETTINGS, absent="version 3 is lost")

    assert decision.first
    assert decision.promoted
    assert failed(decision) == ["transition_skill"]
    assert decision.reasons[-1].text == "version 3 is lost: it speaks until a better one comes"
    assert "version 3 is lost, so it must be above 0" in decision.reasons[0].text


@pytest.mark.parametrize("against", [None, BETTER])
def test_an_experiment_is_judged_alike_and_not_promoted(against):
    decision = decide(GOOD, against, SETTINGS, may_promote=False)

    assert decision.reasons == decide(GOOD, against, SETTINGS).reasons
    assert decision.passed
    assert not decision.promoted


def test_without_a_shared_session_the_challenger_does_not_pass():
    assert failed(decide(GOOD, SameDays(0.0, 0.0, 0), SETTINGS)) == ["skill"]


@given(
    challenger=st.floats(-1, 1),
    champion=st.floats(-1, 1),
    transition=st.floats(-1, 1),
    calibration=st.floats(0, 1),
    revised=st.floats(0, 1),
)
def test_promotion_is_all_four_gates_at_once(
    challenger, champion, transition, calibration, revised
):
    scores = {
        "transition_skill": transition,
        "calibration_error": {"base": calibration / 2, "reflation": calibration},
        "revision_share": revised,
    }
    decision = decide(scores, SameDays(challenger, champion, 500), SETTINGS)

    assert decision.promoted == (
        challenger >= champion and transition > 0 and calibration <= 0.10 and revised < 0.10
    )


def test_skills_are_those_of_the_shared_sessions(sessions, scenarios):
    # Climatology is right about the shares on the whole, so its loss is their entropy.
    reference = outlook(sessions, [0.75, 0.25 - 1e-6, 1e-6], "climatology")
    challenger = outlook(sessions, [0.6, 0.3, 0.1], "pool")
    champion = outlook(sessions[20:], [0.5, 0.25, 0.25], "pool")

    found = same_days(pd.concat([reference, challenger]), champion, scenarios, SETTINGS)

    def loss(base, shock):
        return -(15 * np.log(base) + 5 * np.log(shock)) / 20

    assert found.sessions == 20
    assert found.challenger == pytest.approx(1 - loss(0.6, 0.3) / loss(0.75, 0.25 - 1e-6))
    assert found.champion == pytest.approx(1 - loss(0.5, 0.25) / loss(0.75, 0.25 - 1e-6))


def test_other_windows_and_models_do_not_matter(sessions, scenarios):
    ours = pd.concat(
        [
            outlook(sessions, [0.75, 0.2, 0.05], "climatology"),
            outlook(sessions, [0.6, 0.3, 0.1], "pool"),
        ]
    )
    noise = pd.concat(
        [
            outlook(sessions, [0.1, 0.1, 0.8], "pool").assign(window="now"),
            outlook(sessions, [0.1, 0.1, 0.8], "lightgbm"),
        ]
    )
    theirs = outlook(sessions, [0.5, 0.25, 0.25], "pool")

    assert same_days(ours, theirs, scenarios, SETTINGS) == same_days(
        pd.concat([noise, ours]), pd.concat([theirs, noise]), scenarios, SETTINGS
    )


def test_no_shared_session_is_said(sessions, scenarios):
    ours = pd.concat(
        [
            outlook(sessions[:20], [0.75, 0.2, 0.05], "climatology"),
            outlook(sessions[:20], [0.6, 0.3, 0.1], "pool"),
        ]
    )
    theirs = outlook(sessions[20:], [0.5, 0.25, 0.25], "pool")

    with pytest.raises(ValueError, match="forecast"):
        same_days(ours, theirs, scenarios, SETTINGS)
