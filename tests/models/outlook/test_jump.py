import numpy as np
import pandas as pd

from models.scenarios import TIGHTENING_SHOCK
from tests.models.outlook.conftest import Market, fresh


def two_regimes(rows: int = 1500) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(3)
    turbulent = (np.arange(rows) // 250) % 2 == 1
    returns = np.where(turbulent, -0.002, 0.001) + rng.standard_normal(rows) * np.where(
        turbulent, 0.025, 0.007
    )
    sessions = pd.bdate_range("2010-01-04", periods=rows, name="session")
    return pd.DataFrame({"qqq_return": returns}, index=sessions), turbulent


def states(penalty: float) -> tuple[np.ndarray, np.ndarray]:
    """Whether each session is found turbulent, and whether it is."""
    features, turbulent = two_regimes()
    outcomes = pd.DataFrame({"code": turbulent.astype(int)}, index=features.index)
    model = fresh("jump", {"jump_penalty": penalty}).fit(features, outcomes)
    proba = model.predict_proba(features)[:, TIGHTENING_SHOCK]
    return proba > (proba.min() + proba.max()) / 2, turbulent


def test_finds_calm_and_turbulent_spans_without_the_future():
    found, turbulent = states(penalty=10.0)
    assert (found == turbulent)[60:].mean() > 0.85
    switched = np.flatnonzero(np.diff(found))
    assert len(switched) == 5
    assert (switched >= np.flatnonzero(np.diff(turbulent))).all(), "never before it happened"


def test_higher_penalty_waits_longer_and_switches_less():
    hasty, steady = (np.flatnonzero(np.diff(states(penalty)[0])) for penalty in (0.0, 40.0))
    assert len(hasty) > len(steady) == 5
    assert steady[0] > hasty[0]


def test_no_return_yet_gets_climatology(market: Market):
    features = market.features.copy()
    features.loc[features.index[:5], "qqq_return"] = np.nan
    model = fresh("jump").fit(features, market.outcomes)
    expected = fresh("climatology").fit(*market).predict_proba(features[:5])
    np.testing.assert_allclose(model.predict_proba(features)[:5], expected)


def test_older_sessions_than_the_context_change_nothing(market: Market):
    model = fresh("jump").fit(*market)
    wild = market.features.copy()
    older = wild.index[: -1 - model.context]
    wild.loc[older, "qqq_return"] = 0.5
    np.testing.assert_array_equal(
        model.predict_proba(wild)[-1], model.predict_proba(market.features)[-1]
    )
