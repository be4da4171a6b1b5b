import ctypes
import importlib.util
import re
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


def test_a_split_between_known_and_missing_is_read():
    rng = np.random.default_rng(4)
    values = rng.standard_normal((900, COLUMNS))
    values[:400, 3] = np.nan
    classes = np.where(np.isnan(values[:, 3]), rng.integers(0, 2, 900), rng.integers(1, 3, 900))
    parameters = {"objective": "multiclass", "num_class": 3, "num_threads": 1, "verbosity": -1}
    rows = lightgbm.Dataset(values, classes)
    text = lightgbm.train(parameters | {"num_leaves": 2}, rows, 3).model_to_string()
    assert "threshold=inf" in text
    found = Booster.from_string(text).predict(values)
    np.testing.assert_array_equal(found, lightgbm.Booster(model_str=text).predict(values))


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
    with pytest.raises(ValueError, match="is not one that this version wrote"):
        Booster.from_string("tree\nthis is not a model\n")


def test_missing_openmp_says_what_to_install(
    reference: lightgbm.Booster, monkeypatch: pytest.MonkeyPatch
):
    def refuse(_path: str) -> None:
        raise OSError("libgomp.so.1: cannot open shared object file")

    booster._library.cache_clear()
    monkeypatch.setattr(ctypes, "CDLL", refuse)
    with pytest.raises(RuntimeError, match=r"libgomp\.so\.1.*apt-get install libgomp1"):
        Booster.from_string(reference.model_to_string())
    booster._library.cache_clear()


def test_missing_package_says_so(reference: lightgbm.Booster, monkeypatch: pytest.MonkeyPatch):
    booster._library.cache_clear()
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(RuntimeError, match="lightgbm is not installed"):
        Booster.from_string(reference.model_to_string())
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


MUTATIONS = {
    "a child that is its own parent": (r"(?m)^left_child=.*$", "left_child=0"),
    "a child that is none": (r"(?m)^right_child=\S+", "right_child=7000000"),
    "a leaf that is none": (r"(?m)^left_child=\S+", "left_child=-9999999"),
    "a column that is none": (r"(?m)^split_feature=\S+", "split_feature=99999999"),
    "a category": (r"(?m)^decision_type=\S+", "decision_type=1"),
    "categories": (r"(?m)^num_cat=0", "num_cat=9"),
    "linear leaves": (r"is_linear=0", "is_linear=1"),
    "leaves without end": (r"(?m)^num_leaves=\d+", "num_leaves=2000000000"),
    "no leaf": (r"(?m)^num_leaves=\d+", "num_leaves=0"),
    "a value that is none": (r"(?m)^leaf_value=\S+", "leaf_value=nan"),
    "a value without end": (r"(?m)^threshold=\S+", "threshold=1e999"),
    "a word": (r"(?m)^threshold=\S+", "threshold=x"),
    "no class": (r"num_class=3", "num_class=0"),
    "classes without end": (r"num_class=3", "num_class=999999999"),
    "another objective": (r"objective=.*", "objective=custom num_class:3"),
    "columns without end": (r"max_feature_idx=\d+", "max_feature_idx=2000000000"),
    "sizes that are none": (r"tree_sizes=\d+", "tree_sizes=-1"),
    "sizes beyond the text": (r"tree_sizes=\d+", "tree_sizes=99999999"),
    "no trees": (r"tree_sizes=.*", "tree_sizes="),
    "no end": (r"end of trees", ""),
}


@pytest.mark.parametrize("kind", MUTATIONS)
def test_hostile_text_is_refused_before_the_library_reads_it(
    reference: lightgbm.Booster, monkeypatch: pytest.MonkeyPatch, kind: str
):
    pattern, put = MUTATIONS[kind]
    text = reference.model_to_string()
    forged = re.sub(pattern, put, text, count=1)
    assert forged != text
    monkeypatch.setattr(booster, "_call", lambda *_: pytest.fail("the library read it"))
    with pytest.raises(ValueError, match="is not one that this version wrote"):
        Booster.from_string(forged)


def test_a_model_that_found_nothing_to_split_is_read():
    rng = np.random.default_rng(4)
    rows = lightgbm.Dataset(rng.standard_normal((90, COLUMNS)), rng.integers(0, 3, 90))
    settings_ = {"objective": "multiclass", "num_class": 3, "verbosity": -1}
    trained = lightgbm.train(settings_ | {"min_data_in_leaf": 80}, rows, num_boost_round=2)
    values = np.zeros((1, COLUMNS))
    ours = Booster.from_string(trained.model_to_string())
    np.testing.assert_array_equal(ours.predict(values), trained.predict(values))
