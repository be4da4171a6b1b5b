import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from tests.models.outlook.conftest import Market, fresh


def test_product_of_two_logits(market: Market):
    model = fresh("hurdle").fit(*market)
    scaled = StandardScaler().fit_transform(market.features[list(model.inputs)])
    inputs = np.nan_to_num(np.clip(scaled, -3, 3))
    code = market.outcomes["code"].to_numpy()
    moved = code != 0
    volatility = inputs[:, [0]]
    moves = LogisticRegression(C=1.0, tol=1e-9).fit(volatility, moved)
    ways = LogisticRegression(C=0.01, tol=1e-9).fit(inputs[moved], code[moved] == 1)
    move, up = moves.predict_proba(volatility)[:, 1], ways.predict_proba(inputs)[:, 1]
    expected = np.column_stack([1 - move, move * up, move * (1 - up)])
    np.testing.assert_allclose(model.predict_proba(market.features), expected, atol=1e-4)


def test_only_scale_inputs_move_base(market: Market):
    model = fresh("hurdle").fit(*market)
    changed = market.features.assign(us2y_repricing_63=2.0)
    before, after = model.predict_proba(market.features), model.predict_proba(changed)
    np.testing.assert_allclose(before[:, 0], after[:, 0])
    assert np.abs(before[:, 1] - after[:, 1]).max() > 0.005


def test_contributions_sum_to_the_change_from_the_mean_row(market: Market):
    model = fresh("hurdle").fit(*market)
    mean = market.features.iloc[[0]].assign(**market.features[list(model.inputs)].mean())
    change = np.log(model.predict_proba(market.features)) - np.log(model.predict_proba(mean))
    total = sum(model.contributions(market.features).values())
    np.testing.assert_allclose(total, change, atol=1e-10)


def test_scale_input_that_is_not_an_input_is_refused(market: Market):
    with pytest.raises(ValueError, match=r"'move_over_vix'.*not among its inputs"):
        fresh("hurdle", {"scale_inputs": ("move_over_vix",)}).fit(*market)
