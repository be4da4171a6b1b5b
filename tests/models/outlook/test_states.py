import numpy as np
import pandas as pd
import pytest

from tests.models.outlook.conftest import Market, fresh


def test_forecast_is_the_posterior_mix_of_soft_counts(market: Market):
    features, codes = market.features[60:], market.outcomes["code"].to_numpy()[60:]
    climatology = np.bincount(codes) / len(codes)
    table = np.zeros((2, 3))
    for state in range(2):
        posterior = features[f"state_{state}"].to_numpy()
        counts = np.array([posterior[codes == code].sum() for code in range(3)])
        table[state] = (counts + 5.0 * climatology) / (posterior.sum() + 5.0)
    model = fresh("states").fit(features, market.outcomes[60:])
    expected = features[["state_0", "state_1"]].to_numpy() @ table
    np.testing.assert_allclose(model.predict_proba(features), expected, rtol=1e-12)


def test_rows_before_the_first_posterior_get_climatology(market: Market):
    early = market.features[:60]
    model = fresh("states").fit(*market)
    expected = fresh("climatology").fit(*market).predict_proba(early)
    np.testing.assert_allclose(model.predict_proba(early), expected)
    assert all((term == 0.0).all() for term in model.contributions(early).values())


def test_terms_sum_to_the_move_from_the_usual_posterior(market: Market):
    rows = market.features[60:]
    model = fresh("states").fit(*market)
    usual = rows[:1].assign(**rows[["state_0", "state_1"]].mean())
    expected = np.log(model.predict_proba(rows)) - np.log(model.predict_proba(usual))
    total = sum(model.contributions(rows).values())
    np.testing.assert_allclose(total, expected, atol=1e-10)


def test_no_posterior_column_is_refused(market: Market):
    bare = pd.DataFrame({"vix_log_gap": market.features["vix_log_gap"]})
    with pytest.raises(ValueError, match="state_"):
        fresh("states").fit(bare, market.outcomes)
