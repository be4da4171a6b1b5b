import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler

from tests.models.outlook.conftest import CORE, Market, fresh


def test_two_steps_fold_into_one_linear_map(market: Market):
    inputs = StandardScaler().fit_transform(market.features[list(CORE)])
    inputs = np.nan_to_num(np.clip(inputs, -3, 3))
    drifts = []
    for component in ("component_vix", "component_qqq", "component_btc"):
        known = market.outcomes[component].notna().to_numpy()
        ridge = Ridge(alpha=50.0).fit(inputs[known], market.outcomes.loc[known, component])
        drifts.append(ridge.predict(inputs))
    design = StandardScaler().fit_transform(np.column_stack([*drifts, inputs[:, 0]]))
    logit = LogisticRegression(C=0.005, tol=1e-8, max_iter=5000)
    expected = logit.fit(design, market.outcomes["code"]).predict_proba(design)
    proba = fresh("component_drift").fit(*market).predict_proba(market.features)
    np.testing.assert_allclose(proba, expected, atol=1e-4)


def test_component_that_is_too_short_is_left_out(market: Market):
    rows = 450
    whole = market.outcomes[:rows]
    without = whole.drop(columns="component_btc")
    one, two = (
        fresh("component_drift")
        .fit(market.features[:rows], outcomes)
        .predict_proba(market.features)
        for outcomes in (whole, without)
    )
    np.testing.assert_array_equal(one, two)


def test_no_component_that_is_long_enough_is_refused(market: Market):
    with pytest.raises(ValueError, match=r"5000 rows.*component_vix"):
        fresh("component_drift", {"min_rows": 5000}).fit(*market)


def test_scale_input_that_is_not_an_input_is_refused(market: Market):
    with pytest.raises(ValueError, match=r"'move_over_vix'.*not among its inputs"):
        fresh("component_drift", {"scale_inputs": ("move_over_vix",)}).fit(*market)
