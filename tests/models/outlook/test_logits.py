"""The three plain logits against scikit-learn's own pipeline."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from models.outlook.seen_half import SeenHalf
from models.scenarios import Window
from tests.models.outlook.conftest import CORE, Market, fresh


def by_sklearn(design: pd.DataFrame, codes: pd.Series, strength: float) -> np.ndarray:
    logit = LogisticRegression(C=strength, tol=1e-8, max_iter=5000)
    return make_pipeline(StandardScaler(), logit).fit(design, codes).predict_proba(design)


def test_vix_reads_one_column(market: Market):
    expected = by_sklearn(market.features[["vix_log_gap"]], market.outcomes["code"], 1.0)
    model = fresh("vix", {"clip": 1e9}).fit(*market)
    np.testing.assert_allclose(model.predict_proba(market.features), expected, atol=1e-4)


def test_half_reads_the_seen_half_its_square_the_vix_and_their_product(market: Market):
    seen, volatility = market.features["composite_5"], market.features["vix_log_gap"]
    design = pd.DataFrame({"c": seen, "cc": seen**2, "v": volatility, "cv": seen * volatility})
    expected = by_sklearn(design, market.outcomes["code"], 1.0)
    model = fresh("seen_half", {"clip": 1e9}).fit(*market)
    np.testing.assert_allclose(model.predict_proba(market.features), expected, atol=1e-4)


def test_half_needs_a_seen_half():
    assert SeenHalf.applies(Window("now", 5, 5))
    assert not SeenHalf.applies(Window("ahead", 0, 10))


def test_logit_clips_and_puts_missing_values_at_the_mean(market: Market):
    columns = market.features[list(CORE)]
    scaled = (columns - columns.mean()) / columns.std(ddof=0)
    design = scaled.clip(-2, 2).fillna(0.0)
    logit = LogisticRegression(C=0.002, tol=1e-8, max_iter=5000)
    expected = logit.fit(design, market.outcomes["code"]).predict_proba(design)
    model = fresh("logit", {"clip": 2.0, "inverse_penalty": 0.002}).fit(*market)
    np.testing.assert_allclose(model.predict_proba(market.features), expected, atol=1e-4)


def test_contribution_is_slope_times_standard_deviations(market: Market):
    model = fresh("logit", {"clip": 1e9, "inverse_penalty": 1.0}).fit(*market)
    column = market.features["vix_log_gap"]
    scaled = ((column - column.mean()) / column.std(ddof=0)).to_numpy()
    term = model.contributions(market.features)["vix_log_gap"]
    slope = term[0] / scaled[0]
    np.testing.assert_allclose(term, scaled[:, None] * slope, rtol=1e-9)
    assert slope[0] < 0, "high volatility speaks against base"


@pytest.mark.parametrize("empty", [np.nan, 3.0])
def test_column_that_never_moves_changes_nothing(market: Market, empty: float):
    flat = market.features.assign(tech_above_200=empty)
    model = fresh("logit").fit(flat, market.outcomes)
    moved = flat.assign(tech_above_200=0.7)
    np.testing.assert_array_equal(model.predict_proba(moved), model.predict_proba(flat))
