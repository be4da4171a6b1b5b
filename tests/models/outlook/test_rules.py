import numpy as np
import pandas as pd
import pytest

from tests.models.outlook.conftest import Market, fresh

QUIET = {
    "us2y_repricing_63": 0.0,
    "dxy_momentum_21": 0.0,
    "tech_above_200": 0.8,
    "vix_log_gap": 0.0,
    "composite_5": 0.0,
}
SHOCK = QUIET | {"us2y_repricing_63": 1.5, "dxy_momentum_21": 0.01, "tech_above_200": 0.3}
EASING = QUIET | {"vix_log_gap": 0.5, "composite_5": -1.0}
BOTH = SHOCK | EASING | {"tech_above_200": 0.3, "us2y_repricing_63": 1.5, "dxy_momentum_21": 0.01}
UNKNOWN = dict.fromkeys(QUIET, np.nan)


def shares(day: dict[str, float]) -> np.ndarray:
    """Forecast for a day after ten of each call, each followed by its own scenario."""
    days = pd.DataFrame([QUIET] * 10 + [SHOCK] * 10 + [EASING] * 10)
    outcomes = pd.DataFrame({"code": np.repeat([0, 1, 2], 10)})
    model = fresh("rules", {"pseudo_rows": 0.0}).fit(days, outcomes)
    return model.predict_proba(pd.DataFrame([day]))[0]


@pytest.mark.parametrize(
    ("day", "scenario"),
    [
        (QUIET, 0),
        (SHOCK, 1),
        (EASING, 2),
        (BOTH, 1),
        (SHOCK | {"dxy_momentum_21": -0.01}, 0),
        (SHOCK | {"tech_above_200": 0.7}, 0),
        (SHOCK | {"us2y_repricing_63": np.nan}, 0),
        (EASING | {"vix_log_gap": 0.1}, 0),
    ],
)
def test_call_of_a_day(day: dict[str, float], scenario: int):
    assert shares(day)[scenario] == 1.0


def test_day_of_which_nothing_is_known_gets_climatology():
    np.testing.assert_allclose(shares(UNKNOWN), [1 / 3, 1 / 3, 1 / 3])


def test_pseudo_rows_pull_a_call_to_climatology(market: Market):
    pulled = fresh("rules", {"pseudo_rows": 1e9}).fit(*market).predict_proba(market.features)
    expected = fresh("climatology").fit(*market).predict_proba(market.features)
    np.testing.assert_allclose(pulled, expected, atol=1e-5)
