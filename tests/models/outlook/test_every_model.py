"""What must hold for every registered model, now and when another is added."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from models.forecasting.forecaster import Forecaster, forecaster, registered
from tests.models.outlook.conftest import NAMES, NOW, Market, fresh

ORDER_MATTERS = {"jump", "lightgbm"}
"""A path over sessions, and rows drawn by their position."""

HEAVY = ("sklearn", "lightgbm", "hmmlearn", "mlflow", "scipy.optimize")

every_model = pytest.mark.parametrize("name", NAMES)


def through_disk(state: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The state after JSON for plain values and npz for arrays: what a bundle keeps."""
    arrays = {key: value for key, value in state.items() if isinstance(value, np.ndarray)}
    plain = {key: value for key, value in state.items() if key not in arrays}
    np.savez(folder / "arrays.npz", **arrays)
    text = json.dumps(plain, allow_nan=False)
    with np.load(folder / "arrays.npz", allow_pickle=False) as kept:
        return json.loads(text) | dict(kept)


def test_all_models_of_the_design_are_found():
    promised = "climatology persistence rules vix seen_half states jump random_regime logit"
    assert {*promised.split(), "component_drift", "student", "lightgbm"} <= set(registered())


@every_model
def test_rows_are_probabilities(name: str, fitted: dict[str, Forecaster], market: Market):
    proba = fitted[name].predict_proba(market.features)
    assert proba.shape == (len(market.features), 3)
    assert (proba >= 0).all()
    np.testing.assert_allclose(proba.sum(axis=1), 1.0, atol=1e-12)


@every_model
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
@pytest.mark.slow
def test_any_values_even_missing_give_probabilities(
    name: str, fitted: dict[str, Forecaster], market: Market, data: st.DataObject
):
    columns = [c for c in market.features if not c.startswith("state_")]
    cell = st.one_of(st.just(np.nan), st.floats(-1e6, 1e6))
    values = data.draw(hnp.arrays(float, (6, len(columns)), elements=cell))
    features = pd.DataFrame(values, market.features.index[:6], columns)
    first = data.draw(hnp.arrays(float, 6, elements=st.one_of(st.just(np.nan), st.floats(0, 1))))
    features["state_0"], features["state_1"] = first, 1.0 - first
    proba = fitted[name].predict_proba(features)
    assert ((proba >= 0) & (proba <= 1 + 1e-12)).all()
    np.testing.assert_allclose(proba.sum(axis=1), 1.0, atol=1e-9)


@every_model
def test_restored_model_forecasts_the_same_bits_whatever_its_settings(
    name: str, fitted: dict[str, Forecaster], market: Market, tmp_path: Path
):
    model = fitted[name]
    twin = forecaster(name, NOW, model.inputs, {})
    twin.restore(through_disk(model.fitted_state(), tmp_path))
    expected = model.predict_proba(market.features)
    np.testing.assert_array_equal(twin.predict_proba(market.features), expected)


@every_model
def test_state_without_a_part_is_refused(name: str, fitted: dict[str, Forecaster]):
    state = dict(list(fitted[name].fitted_state().items())[:-1])
    with pytest.raises(ValueError, match="train it again"):
        fresh(name).restore(state)


@every_model
def test_later_rows_change_no_bit(name: str, fitted: dict[str, Forecaster], market: Market):
    whole = fitted[name].predict_proba(market.features)
    for rows in (700, 1001):
        cut = fitted[name].predict_proba(market.features[:rows])
        np.testing.assert_array_equal(cut, whole[:rows])


@every_model
def test_last_row_with_its_context_equals_the_whole_history(
    name: str, fitted: dict[str, Forecaster], market: Market
):
    model = fitted[name]
    tail = market.features[-1 - model.context :]
    whole = model.predict_proba(market.features)
    np.testing.assert_array_equal(model.predict_proba(tail)[-1], whole[-1])


@every_model
def test_fit_is_repeatable(name: str, fitted: dict[str, Forecaster], market: Market):
    again = fresh(name).fit(market.features[:-100], market.outcomes[:-100])
    expected = fitted[name].predict_proba(market.features)
    np.testing.assert_array_equal(again.predict_proba(market.features), expected)


@pytest.mark.parametrize("name", sorted(set(NAMES) - ORDER_MATTERS))
def test_order_of_training_rows_is_irrelevant(
    name: str, fitted: dict[str, Forecaster], market: Market
):
    rows = np.random.default_rng(0).permutation(len(market.features) - 100)
    shuffled = fresh(name).fit(market.features.iloc[rows], market.outcomes.iloc[rows])
    expected = fitted[name].predict_proba(market.features)
    np.testing.assert_allclose(shuffled.predict_proba(market.features), expected, atol=2e-4)


@every_model
def test_absent_column_is_named(name: str, fitted: dict[str, Forecaster], market: Market):
    for column in fitted[name].inputs:
        with pytest.raises(ValueError, match=f"{name}.*{column}"):
            fitted[name].predict_proba(market.features.drop(columns=column))


@every_model
def test_terms_explain_how_log_probabilities_differ_between_rows(
    name: str, fitted: dict[str, Forecaster], market: Market
):
    rows = market.features[100:]
    terms = fitted[name].contributions(rows)
    if terms is None:
        return
    assert set(terms) == set(fitted[name].inputs)
    left = np.log(fitted[name].predict_proba(rows)) - sum(terms.values())
    centred = left - left.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(centred, np.tile(centred[0], (len(rows), 1)), atol=1e-5)


def test_models_with_terms_are_those_that_a_pool_may_explain(
    fitted: dict[str, Forecaster], market: Market
):
    explained = {n for n in NAMES if fitted[n].contributions(market.features[-5:]) is not None}
    assert {
        "vix",
        "seen_half",
        "states",
        "logit",
        "component_drift",
        "student",
        "lightgbm",
    } <= explained


@pytest.mark.parametrize("name", ["vix", "seen_half", "logit", "component_drift", "lightgbm"])
def test_scenario_that_never_occurs_is_named(name: str, market: Market):
    rows = market.outcomes["code"] != 1
    with pytest.raises(ValueError, match="tightening_shock"):
        fresh(name).fit(market.features[rows], market.outcomes[rows])


def test_forecasting_imports_no_training_library(
    fitted: dict[str, Forecaster], market: Market, tmp_path: Path
):
    market.features.to_parquet(tmp_path / "features.parquet")
    for name, model in fitted.items():
        (tmp_path / name).mkdir()
        state = model.fitted_state()
        arrays = {key: state.pop(key) for key in list(state) if isinstance(state[key], np.ndarray)}
        np.savez(tmp_path / name / "arrays.npz", **arrays)
        (tmp_path / name / "plain.json").write_text(json.dumps(state))
    program = f"""
import json, sys
import numpy as np, pandas as pd
from models.forecasting.forecaster import forecaster
from models.forecasting.forecaster import registered
from models.scenarios import Window
features = pd.read_parquet({str(tmp_path / "features.parquet")!r})
for name in registered():
    folder = {str(tmp_path)!r} + "/" + name
    state = json.load(open(folder + "/plain.json")) | dict(np.load(folder + "/arrays.npz"))
    model = forecaster(name, Window("now", 5, 5), (), {{}}).restore(state)
    assert len(model.predict_proba(features)) == len(features)
    model.contributions(features)
print([name for name in {HEAVY!r} if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stdout == "[]\n", done.stderr
