import numpy as np
import pytest
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve

from models.evaluation import metrics
from models.evaluation.metrics import registered_metrics, score_all
from models.scenarios import SCENARIOS

METRICS = registered_metrics()


def forecasts(seed=0, count=500, decimals=2):
    """Rounded probabilities, so that ties occur, and outcomes drawn from them."""
    generator = np.random.default_rng(seed)
    proba = np.round(generator.dirichlet([4.0, 1.0, 1.5], count), decimals)
    proba[:, 0] = 1.0 - proba[:, 1] - proba[:, 2]
    drawn = generator.random((count, 1)) > np.cumsum(proba, axis=1)
    return drawn[:, :2].sum(axis=1), proba


def value(name, y_true, proba):
    return METRICS[name].compute(y_true, proba)


@pytest.mark.parametrize("seed", range(5))
def test_whole_forecast_metrics_against_scikit_learn(seed):
    y, proba = forecasts(seed)
    called = proba.argmax(axis=1)
    positive = np.maximum(proba, 1e-9)
    positive /= positive.sum(axis=1, keepdims=True)
    assert value("log_loss", y, positive) == pytest.approx(sk.log_loss(y, positive))
    assert value("brier", y, proba) == pytest.approx(
        sk.brier_score_loss(y, proba, labels=[0, 1, 2], scale_by_half=False)
    )
    assert value("macro_f1", y, proba) == pytest.approx(sk.f1_score(y, called, average="macro"))
    assert value("balanced_accuracy", y, proba) == pytest.approx(
        sk.balanced_accuracy_score(y, called)
    )


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("code", "scenario"), list(enumerate(SCENARIOS)))
def test_auc_with_ties_against_scikit_learn(seed, code, scenario):
    y, proba = forecasts(seed, decimals=1)
    assert value(f"auc_{scenario}", y, proba) == pytest.approx(
        sk.roc_auc_score(y == code, proba[:, code])
    )


@pytest.mark.parametrize(("code", "scenario"), list(enumerate(SCENARIOS)))
def test_calibration_error_against_scikit_learn(code, scenario):
    y, proba = forecasts(decimals=12)
    observed, predicted = calibration_curve(
        y == code, proba[:, code], n_bins=10, strategy="quantile"
    )
    # Bins of equal count weigh the same.
    expected = np.abs(observed - predicted).mean()
    assert value(f"calibration_error_{scenario}", y, proba) == pytest.approx(expected)


def test_rps_by_explicit_sums():
    y, proba = forecasts(count=50)
    order, total = [2, 0, 1], 0.0
    for outcome, given in zip(y, proba, strict=True):
        for step in range(3):
            below = sum(given[c] for c in order[: step + 1])
            total += (below - (outcome in order[: step + 1])) ** 2
    assert value("rps", y, proba) == pytest.approx(total / 50)


def test_debiased_calibration_error_by_hand():
    # Two bins of constant forecasts: 0.2 of which 1 in 4 happened, 0.7 of which 4 in 4 happened.
    proba = np.array([[0.2, 0.5, 0.3]] * 4 + [[0.7, 0.2, 0.1]] * 4)
    y = np.array([0, 1, 1, 1, 0, 0, 0, 0])
    first = (0.2 - 0.25) ** 2 - 0.25 * 0.75 / 3
    second = (0.7 - 1.0) ** 2
    expected = np.sqrt((first + second) / 2)
    assert value("calibration_error_debiased_base", y, proba) == pytest.approx(expected)


def test_debiasing_takes_off_what_chance_gives():
    plain, debiased = zip(
        *[
            (
                value("calibration_error_base", *forecasts(seed, decimals=12)),
                value("calibration_error_debiased_base", *forecasts(seed, decimals=12)),
            )
            for seed in range(30)
        ],
        strict=True,
    )
    assert np.mean(plain) > 0.03
    assert np.mean(debiased) < 0.6 * np.mean(plain)


def test_undefined_is_nan():
    proba = forecasts(count=20)[1]
    only_base = np.zeros(20, dtype=int)
    assert np.isnan(value("auc_base", only_base, proba))
    assert np.isnan(value("auc_reflation", only_base, proba))


def test_scenarios_that_neither_occur_nor_are_called_do_not_count():
    y, proba = np.array([0, 0, 1]), np.eye(3)[[0, 1, 1]]
    expected = sk.f1_score(y, [0, 1, 1], average="macro", labels=[0, 1])
    assert value("macro_f1", y, proba) == pytest.approx(expected)
    assert value("balanced_accuracy", y, proba) == pytest.approx((0.5 + 1.0) / 2)


def test_perfect_forecasts():
    y = np.array([0, 1, 2, 0])
    scores = score_all(y, np.eye(3)[y])
    assert scores["log_loss"] == scores["brier"] == scores["rps"] == 0.0
    assert scores["macro_f1"] == scores["balanced_accuracy"] == 1.0
    assert set(scores["auc"].values()) == {1.0}
    assert set(scores["calibration_error"].values()) == {0.0}


def test_score_all_holds_every_registered_metric():
    scores = score_all(*forecasts(count=60))
    flat = {
        name if not isinstance(found, dict) else f"{name}_{scenario}": number
        for name, found in scores.items()
        for scenario, number in (found.items() if isinstance(found, dict) else [("", found)])
    }
    assert flat == {name: value(name, *forecasts(count=60)) for name in METRICS}


def test_a_metric_is_added_by_writing_one_function(monkeypatch):
    monkeypatch.setattr(metrics, "_REGISTRY", [])

    @metrics.metric
    def accuracy(y_true, proba):
        return float(np.mean(proba.argmax(axis=1) == y_true))

    @metrics.scenario_metric
    def frequency(truth, probability):
        return float(truth.mean())

    y, proba = np.array([0, 1]), np.eye(3)[[0, 0]]
    assert score_all(y, proba) == {
        "accuracy": 0.5,
        "frequency": {"base": 0.5, "tightening_shock": 0.5, "reflation": 0.0},
    }
