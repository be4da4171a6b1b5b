import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from models.evaluation.reliability import bin_means, reliability_table
from models.scenarios import SCENARIOS


def test_bins_against_scikit_learn():
    generator = np.random.default_rng(1)
    probability = generator.random(203)
    truth = generator.random(203) < probability
    observed, predicted = calibration_curve(truth, probability, n_bins=7, strategy="quantile")
    means = bin_means(truth, probability, bins=7)
    assert means.observed == pytest.approx(observed)
    assert means.predicted == pytest.approx(predicted)
    assert means.count.sum() == 203


def test_a_constant_forecast_has_one_bin():
    means = bin_means(np.array([True, False, False, False]), np.full(4, 0.3))
    assert means.count.tolist() == [4]
    assert means.observed.tolist() == [0.25]


def test_table_has_every_session_in_every_scenario():
    generator = np.random.default_rng(2)
    proba = generator.dirichlet([1, 1, 1], 120)
    table = reliability_table(generator.integers(0, 3, 120), proba, bins=6)
    assert table.columns.tolist() == ["scenario", "bin", "predicted", "observed", "count"]
    assert table.groupby("scenario")["count"].sum().to_dict() == dict.fromkeys(SCENARIOS, 120)
    weighted = (table["predicted"] * table["count"]).groupby(table["scenario"]).sum() / 120
    for code, scenario in enumerate(SCENARIOS):
        assert weighted[scenario] == pytest.approx(proba[:, code].mean())
