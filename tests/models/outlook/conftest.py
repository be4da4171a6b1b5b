"""A small made-up market that every model can be fitted on."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

from models.forecasting.forecaster import Forecaster, forecaster, registered
from models.scenarios import Window

NOW = Window("now", back=5, ahead=5)
CORE = ("vix_log_gap", "us2y_repricing_63", "tech_above_200", "composite_5")
SETTINGS: dict[str, dict[str, Any]] = {
    "component_drift": {"min_rows": 100, "ridge": 50.0},
    "student": {"scale_inputs": ("vix_log_gap",)},
    "hurdle": {"scale_inputs": ("vix_log_gap",)},
    "lightgbm": {"trees": 12, "min_rows_a_leaf": 30, "learning_rate": 0.2},
}
LINEAR_INPUTS = ("logit", "component_drift", "student", "lightgbm", "hurdle")
NAMES = sorted(registered())


class Market(NamedTuple):
    features: pd.DataFrame
    outcomes: pd.DataFrame


def make_market(rows: int = 1100, seed: int = 7) -> Market:
    rng = np.random.default_rng(seed)
    sessions = pd.bdate_range("2010-01-04", periods=rows, name="session")
    turbulent = (np.arange(rows) // 150) % 2
    volatility = 0.35 * turbulent + 0.1 * rng.standard_normal(rows)
    names = ("us2y_repricing_63", "tech_above_200", "composite_5", "composite_10")
    features = pd.DataFrame(rng.standard_normal((rows, 4)), sessions, list(names))
    features["vix_log_gap"] = volatility
    features["dxy_momentum_21"] = 0.02 * rng.standard_normal(rows)
    features["qqq_return"] = 0.008 * (1 + 2 * turbulent) * rng.standard_normal(rows)
    features["state_0"] = np.where(turbulent == 1, 0.1, 0.8)
    features["state_1"] = 1.0 - features["state_0"]
    drift = (
        0.3 * features["composite_5"].to_numpy() + 0.1 * features["us2y_repricing_63"].to_numpy()
    )
    noise = (0.4 + turbulent)[:, None] * rng.standard_normal((rows, 3))
    outcomes = pd.DataFrame(
        drift[:, None] + noise, sessions, ["component_vix", "component_qqq", "component_btc"]
    )
    outcomes["composite"] = outcomes.mean(axis=1)
    codes = np.select([outcomes["composite"] > 0.5, outcomes["composite"] < -0.5], [1, 2], 0)
    outcomes = outcomes.assign(code=codes, label_end=sessions + pd.offsets.BDay(NOW.ahead))
    outcomes.loc[sessions[:400], "component_btc"] = np.nan
    features.loc[sessions[:60], ["tech_above_200", "state_0", "state_1"]] = np.nan
    features["composite_nowcast_5"] = features["composite_5"]
    features["vix_over_label_scale"] = volatility
    features["conditions_level"], features["dxy_realised_5"] = rng.standard_normal((2, rows))
    return Market(features, outcomes)


def fresh(name: str, settings: dict[str, Any] | None = None, window: Window = NOW) -> Forecaster:
    inputs = CORE if name in LINEAR_INPUTS else ()
    return forecaster(name, window, inputs, SETTINGS.get(name, {}) | (settings or {}))


@pytest.fixture(scope="session")
def market() -> Market:
    return make_market()


@pytest.fixture(scope="session")
def fitted(market: Market) -> dict[str, Forecaster]:
    """Every model, fitted on all rows but the last hundred."""
    return {n: fresh(n).fit(market.features[:-100], market.outcomes[:-100]) for n in NAMES}
