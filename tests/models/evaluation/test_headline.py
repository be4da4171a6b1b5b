"""What a run shows first, under names that every model and tool shares."""

from models.evaluation.headline import few, headline, policy

SCORES = {
    "log_loss_skill": 0.1,
    "log_loss_skill_interval": [0.05, 0.15],
    "auc": {"base": 0.6, "reflation": None},
    "calibration_error": {"base": 0.02, "reflation": 0.05},
    "by_year": {"2019": {"log_loss_skill": 0.2, "auc": {}}},
    "conformal": {"size": 2},
}


def test_the_headline_has_few_figures_under_names_that_every_model_shares():
    beside = SCORES | {"baseline_skill": 0.03, "baseline_skill_interval": [-0.01, 0.07]}
    found = headline({"ahead": {"pool": beside}, "week": {"pool": SCORES, "vix": {}}}, "pool")

    assert found["ahead"] == {
        "skill": 0.1,
        "skill_low": 0.05,
        "skill_high": 0.15,
        "over_baseline": 0.03,
        "over_baseline_low": -0.01,
        "over_baseline_high": 0.07,
        "auc_base": 0.6,
        "auc_reflation": None,
        "calibration_error": 0.05,
        "by_year": {"2019": {"skill": 0.2}},
    }
    assert "over_baseline" not in found["week"]
    assert few(found["week"]) == {"skill": 0.1, "calibration_error": 0.05}


def test_policies_are_held_against_the_plain_target():
    done = {"1": {"sharpe": 1.0, "max_drawdown": -0.2}}
    scores = {"delays": done, "yardstick": False, "over_target": {"value": -0.1}}
    policies = {"target": scores, "insurance": scores, "mean_200": scores | {"yardstick": True}}

    found = policy({"policy": "target", "holdings": {"book": {"policies": policies}}})

    assert found == {"sharpe": 1.0, "max_drawdown": -0.2, "insurance_over_target": -0.1}
