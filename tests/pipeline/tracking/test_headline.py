"""What a run shows first, and what it says of itself."""

import pytest

from models.evaluation.paired import Difference
from models.evaluation.promotion import Decision, Rival
from pipeline.tracking.description import describe
from pipeline.tracking.headline import headline, policy
from pipeline.tracking.record import logged_params, metric_points

SCORES = {
    "log_loss_skill": 0.1,
    "log_loss_skill_interval": [0.05, 0.15],
    "auc": {"base": 0.6, "reflation": None},
    "calibration_error": {"base": 0.02, "reflation": 0.05},
    "by_year": {"2019": {"log_loss_skill": 0.2, "auc": {}}},
    "conformal": {"size": 2},
}
BETTER = Difference(500, 0.11, 0.1, 0.01, 0.005, 0.015, 0.004)


def test_the_headline_has_few_figures_under_names_that_every_model_shares():
    beside = SCORES | {"baseline_skill": 0.03, "baseline_skill_interval": [-0.01, 0.07]}
    found = headline({"ahead": {"pool": beside}, "week": {"pool": SCORES, "vix": {}}}, "pool")

    points = {point.key: (point.value, point.step) for point in metric_points(found)}
    assert points["ahead/skill"] == (0.1, 0)
    assert points["ahead/over_baseline_high"] == (0.07, 0)
    assert points["ahead/calibration_error"] == (0.05, 0)
    assert points["ahead/by_year/skill"] == (0.2, 2019)
    assert {key for key in points if key.startswith("week")} == {
        "week/skill",
        "week/skill_low",
        "week/skill_high",
        "week/auc_base",
        "week/calibration_error",
        "week/by_year/skill",
    }


def test_policies_are_held_against_the_plain_target():
    ours = {"annual_return": 0.1, "annual_volatility": 0.1, "max_drawdown": -0.2}
    plain = ours | {"annual_return": 0.08}

    found = policy({"tiers": {"delay_1": ours}, "volatility_target": {"delay_1": plain}})

    assert found == pytest.approx(
        {"sharpe": 1.0, "max_drawdown": -0.2, "sharpe_over_plain_target": 0.2}
    )


def test_rules_are_no_parameters_of_a_run():
    document = {"desk": {"rules": {"a": "text"}}, "outlook": {"floor": 0.01}}

    assert logged_params(document) == {"outlook.floor": "0.01"}


def test_a_run_says_what_was_changed_and_whether_it_is_noise():
    rival = Rival(BETTER, ["outlook.floor: 0.01 → 0.02"])

    words = describe(Decision((), rival=rival), "ahead")

    assert "+1.00 points (+0.50 to +1.50, p 0.004), better than noise" in words
    assert "- `outlook.floor: 0.01 → 0.02`" in words
    assert "the champion's settings" in describe(Decision((), rival=Rival(BETTER)), "ahead")
    assert describe(Decision((), first=True), "ahead").startswith("The first model")
