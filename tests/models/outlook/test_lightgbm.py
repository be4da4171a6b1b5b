import lightgbm
import numpy as np
import pytest

from models.forecasting.forecaster import Forecaster
from models.scenarios import Window
from tests.models.outlook.conftest import CORE, Market, fresh

AHEAD = Window("ahead", back=0, ahead=10)


@pytest.fixture(scope="module")
def unstarted(market: Market) -> Forecaster:
    return fresh("lightgbm", window=AHEAD).fit(market.features[:-100], market.outcomes[:-100])


def reference(model: Forecaster) -> lightgbm.Booster:
    return lightgbm.Booster(model_str=model.fitted_state()["model_text_"])


def test_forecast_is_that_of_the_python_package(unstarted: Forecaster, market: Market):
    values = market.features[list(CORE)].to_numpy()
    expected = reference(unstarted).predict(values)
    np.testing.assert_array_equal(unstarted.predict_proba(market.features), expected)


def test_terms_are_pred_contrib_without_the_mean_over_scenarios(
    unstarted: Forecaster, market: Market
):
    values = market.features[list(CORE)].to_numpy()
    raw = reference(unstarted).predict(values, pred_contrib=True)
    raw = raw.reshape(len(raw), 3, len(CORE) + 1)
    for j, (column, term) in enumerate(unstarted.contributions(market.features).items()):
        assert column == CORE[j]
        expected = raw[:, :, j] - raw[:, :, j].mean(axis=1, keepdims=True)
        np.testing.assert_array_equal(term, expected)


def test_trees_correct_the_nowcast_where_half_of_the_window_is_seen(
    fitted: dict[str, Forecaster], market: Market
):
    model, nowcast = fitted["lightgbm"], fitted["nowcast_student"]
    corrected = np.log(model.predict_proba(market.features)) - np.log(
        nowcast.predict_proba(market.features)
    )
    values = market.features[list(model.inputs)].to_numpy()
    trees = reference(model).predict(values, raw_score=True)
    expected = trees - trees.mean(axis=1, keepdims=True)
    found = corrected - corrected.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_labels_thresholds_reach_the_nowcast_that_the_trees_start_from(market: Market):
    settings = {"trees": 1, "tightening_above": 9.0}
    model = fresh("lightgbm", settings).fit(market.features, market.outcomes)
    assert model.predict_proba(market.features)[:, 1].max() < 0.01


def test_learns_what_drives_the_outcome(fitted: dict[str, Forecaster], market: Market):
    rows, codes = market.features[-100:], market.outcomes["code"].to_numpy()[-100:]
    loss = {
        name: -np.log(fitted[name].predict_proba(rows)[np.arange(100), codes]).mean()
        for name in ("lightgbm", "climatology")
    }
    assert loss["lightgbm"] < loss["climatology"]


def test_settings_reach_the_trees(market: Market):
    text = fresh("lightgbm", {"trees": 3, "leaves": 2, "seed": 5}).fit(*market)
    dump = lightgbm.Booster(model_str=text.fitted_state()["model_text_"]).dump_model()
    assert len(dump["tree_info"]) == 9
    assert all(tree["num_leaves"] <= 2 for tree in dump["tree_info"])
