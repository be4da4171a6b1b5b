import numpy as np
import pandas as pd

from tests.models.outlook.conftest import Market, fresh


def test_forecast_follows_the_date_alone(market: Market):
    model = fresh("random_regime").fit(*market)
    other = pd.DataFrame({"anything": 0.0}, index=market.features.index)
    np.testing.assert_array_equal(model.predict_proba(other), model.predict_proba(market.features))


def test_regimes_persist_as_told(market: Market):
    proba = fresh("random_regime", {"stay": 0.9}).fit(*market).predict_proba(market.features)
    stayed = (np.diff(proba[:, 0]) == 0).mean()
    assert abs(stayed - 0.9) < 0.03
    assert len(np.unique(proba[:, 0])) == 3


def test_seed_draws_another_chain(market: Market):
    one, two = (
        fresh("random_regime", {"seed": seed}).fit(*market).predict_proba(market.features)
        for seed in (1, 2)
    )
    assert not np.allclose(one, two)
