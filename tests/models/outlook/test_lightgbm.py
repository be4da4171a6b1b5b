import lightgbm
import numpy as np

from models.forecasting.forecaster import Forecaster
from tests.models.outlook.conftest import CORE, Market, fresh


def test_forecast_is_that_of_the_python_package(fitted: dict[str, Forecaster], market: Market):
    model = fitted["lightgbm"]
    reference = lightgbm.Booster(model_str=model.fitted_state()["model_text_"])
    values = market.features[list(CORE)].to_numpy()
    np.testing.assert_array_equal(model.predict_proba(market.features), reference.predict(values))


def test_terms_are_pred_contrib_without_the_mean_over_scenarios(
    fitted: dict[str, Forecaster], market: Market
):
    model = fitted["lightgbm"]
    reference = lightgbm.Booster(model_str=model.fitted_state()["model_text_"])
    raw = reference.predict(market.features[list(CORE)].to_numpy(), pred_contrib=True)
    raw = raw.reshape(len(raw), 3, len(CORE) + 1)
    for j, (column, term) in enumerate(model.contributions(market.features).items()):
        assert column == CORE[j]
        expected = raw[:, :, j] - raw[:, :, j].mean(axis=1, keepdims=True)
        np.testing.assert_array_equal(term, expected)


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
