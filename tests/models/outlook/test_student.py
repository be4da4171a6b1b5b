import numpy as np
import pandas as pd
import pytest
from scipy import stats

from models.forecasting.forecaster import Forecaster, forecaster
from tests.models.outlook.conftest import NOW, Market, fresh

FREE = {"location_penalty": 0.0, "scale_penalty": 0.0, "scale_inputs": ("wild",), "clip": 1e9}


@pytest.fixture(scope="module")
def truth() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Composite with location 0.1 + 0.4 drift, log scale -0.5 + 0.3 wild, five degrees."""
    rng = np.random.default_rng(5)
    features = pd.DataFrame(rng.standard_normal((20_000, 2)), columns=["drift", "wild"])
    scale = np.exp(-0.5 + 0.3 * features["wild"])
    noise = scale * stats.t(5).rvs(20_000, random_state=6)
    return features, pd.DataFrame({"composite": 0.1 + 0.4 * features["drift"] + noise})


@pytest.fixture(scope="module")
def recovered(truth: tuple[pd.DataFrame, pd.DataFrame]) -> Forecaster:
    return forecaster("student", NOW, ("drift", "wild"), FREE).fit(*truth)


def test_recovers_the_probabilities_of_a_known_law(recovered: Forecaster):
    rows = pd.DataFrame({"drift": [-1.0, 0.0, 2.0], "wild": [1.0, 0.0, -1.0]})
    law = stats.t(5, loc=0.1 + 0.4 * rows["drift"], scale=np.exp(-0.5 + 0.3 * rows["wild"]))
    over, under = law.sf(0.5), law.cdf(-0.5)
    expected = np.column_stack([1 - over - under, over, under])
    np.testing.assert_allclose(recovered.predict_proba(rows), expected, atol=0.015)


def test_thresholds_cut_the_same_law_elsewhere(
    recovered: Forecaster, truth: tuple[pd.DataFrame, pd.DataFrame]
):
    settings = FREE | {"tightening_above": 1.0, "reflation_below": -0.5}
    other = forecaster("student", NOW, ("drift", "wild"), settings).fit(*truth)
    rows = truth[0][:50]
    before, after = recovered.predict_proba(rows), other.predict_proba(rows)
    np.testing.assert_allclose(after[:, 2], before[:, 2], rtol=1e-9)
    assert (after[:, 1] < before[:, 1]).all()


def test_penalty_flattens_the_location(market: Market):
    spread = [
        fresh("student", {"location_penalty": penalty})
        .fit(*market)
        .predict_proba(market.features)[:, 1]
        .std()
        for penalty in (1.0, 1e6)
    ]
    assert spread[1] < spread[0] / 2


def test_terms_sum_to_the_move_from_the_mean_row(market: Market):
    model = fresh("student").fit(*market)
    mean = market.features[:1].assign(**market.features.mean())
    rows = market.features
    expected = np.log(model.predict_proba(rows)) - np.log(model.predict_proba(mean))
    np.testing.assert_allclose(sum(model.contributions(rows).values()), expected, atol=1e-6)
