import numpy as np
import pandas as pd
import pytest

from models.forecasting.forecaster import forecaster
from models.scenarios import Window
from tests.models.outlook.conftest import Market, fresh


def test_shares_within_each_class_match_a_crosstab(market: Market):
    trailing = market.features["composite_10"]
    last = pd.cut(trailing, [-np.inf, -0.5, 0.5, np.inf], labels=["low", "middle", "high"])
    counts = pd.crosstab(last, market.outcomes["code"])
    climatology = counts.sum() / counts.to_numpy().sum()
    model = fresh("persistence", {"pseudo_rows": 7.0}).fit(*market)
    for label, value in (("low", -2.0), ("middle", 0.0), ("high", 0.9)):
        expected = (counts.loc[label] + 7.0 * climatology) / (counts.loc[label].sum() + 7.0)
        row = market.features[:1].assign(composite_10=value)
        np.testing.assert_allclose(model.predict_proba(row)[0], expected, rtol=1e-12)


def test_missing_composite_gets_climatology(market: Market):
    model = fresh("persistence").fit(*market)
    climatology = fresh("climatology").fit(*market)
    row = market.features[:1].assign(composite_10=np.nan)
    np.testing.assert_allclose(model.predict_proba(row), climatology.predict_proba(row))


@pytest.mark.parametrize(("back", "ahead", "column"), [(5, 5, "10"), (0, 21, "21")])
def test_looks_back_over_the_length_of_its_window(back: int, ahead: int, column: str):
    model = forecaster("persistence", Window("w", back, ahead), (), {})
    assert model.inputs == (f"composite_{column}",)
