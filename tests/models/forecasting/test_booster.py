import ctypes
import importlib.util
import subprocess
import sys

import lightgbm
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from models.forecasting import booster
from models.forecasting.booster import Booster

COLUMNS = 4


@pytest.fixture(scope="module")
def reference() -> lightgbm.Booster:
    rng = np.random.default_rng(1)
    values = rng.standard_normal((600, COLUMNS))
    values[:200, 3] = np.nan
    classes = np.digitize(values[:, 0] + 0.5 * rng.standard_normal(600), [-0.5, 0.5])
    parameters = {"objective": "multiclass", "num_class": 3, "num_threads": 1, "verbosity": -1}
    trained = lightgbm.train(parameters, lightgbm.Dataset(values, classes), num_boost_round=15)
    return lightgbm.Booster(model_str=trained.model_to_string())


@pytest.fixture(scope="module")
def ours(reference: lightgbm.Booster) -> Booster:
    return Booster.from_string(reference.model_to_string())


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    values=hnp.arrays(
        float,
        st.tuples(st.integers(1, 8), st.just(COLUMNS)),
        elements=st.one_of(st.just(np.nan), st.floats(-3, 3)),
    )
)
def test_every_bit_is_that_of_the_python_package(
    ours: Booster, reference: lightgbm.Booster, values: np.ndarray
):
    np.testing.assert_array_equal(ours.predict(values), reference.predict(values))
    expected = reference.predict(values, pred_contrib=True).reshape(len(values), 3, COLUMNS + 1)
    np.testing.assert_array_equal(ours.contributions(values), expected)


def test_contributions_sum_to_the_log_probabilities(ours: Booster):
    values = np.random.default_rng(2).standard_normal((20, COLUMNS))
    raw = np.exp(ours.contributions(values).sum(axis=2))
    np.testing.assert_allclose(raw / raw.sum(axis=1, keepdims=True), ours.predict(values))


def test_rows_may_lie_in_memory_in_any_order(ours: Booster):
    values = np.random.default_rng(3).standard_normal((30, COLUMNS))
    strided = np.asfortranarray(values)[::2]
    np.testing.assert_array_equal(ours.predict(strided), ours.predict(values)[::2])


def test_no_rows_give_no_rows(ours: Booster):
    assert ours.predict(np.empty((0, COLUMNS))).shape == (0, 3)


@pytest.mark.parametrize("shape", [(2, COLUMNS - 1), (2, COLUMNS + 1), (COLUMNS,)])
def test_other_columns_are_refused(ours: Booster, shape: tuple[int, ...]):
    with pytest.raises(ValueError, match="has 4 columns"):
        ours.predict(np.zeros(shape))


def test_text_that_is_no_model_is_refused():
    with pytest.raises(ValueError, match="refused the model"):
        Booster.from_string("tree\nthis is not a model\n")


def test_missing_openmp_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    def refuse(_path: str) -> None:
        raise OSError("libgomp.so.1: cannot open shared object file")

    booster._library.cache_clear()
    monkeypatch.setattr(ctypes, "CDLL", refuse)
    with pytest.raises(RuntimeError, match=r"libgomp\.so\.1.*apt-get install libgomp1"):
        Booster.from_string("")
    booster._library.cache_clear()


def test_missing_package_says_so(monkeypatch: pytest.MonkeyPatch):
    booster._library.cache_clear()
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(RuntimeError, match="lightgbm is not installed"):
        Booster.from_string("")
    booster._library.cache_clear()


def test_neither_package_nor_scikit_learn_is_imported(reference: lightgbm.Booster):
    program = (
        "import sys; from models.forecasting.booster import Booster; import numpy as np\n"
        "Booster.from_string(sys.stdin.read()).predict(np.zeros((1, 4)))\n"
        "print('lightgbm' in sys.modules, 'sklearn' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=reference.model_to_string(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False False\n"
