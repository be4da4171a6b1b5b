import math

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from pipeline.tracking.record import (
    LONGEST_VALUE,
    Point,
    flat_params,
    frame_digest,
    metric_points,
)

NAMES = st.text("abcdefgh_", min_size=1, max_size=5)


def test_parameters_are_flattened_with_dots():
    params = {
        "data": {"source": "files", "end": None},
        "outlook": {
            "floor": 0.01,
            "pool": {"ahead": ["vix", "component_drift"]},
            "deterministic": True,
        },
    }

    assert flat_params(params) == {
        "data.source": "files",
        "data.end": "null",
        "outlook.floor": "0.01",
        "outlook.pool.ahead": '["vix", "component_drift"]',
        "outlook.deterministic": "true",
    }


def test_values_too_long_for_mlflow_stay_different():
    common = "x" * LONGEST_VALUE

    kept = flat_params({"a": common + "1", "b": common + "2", "c": common})

    assert max(map(len, kept.values())) == LONGEST_VALUE
    assert kept["c"] == common
    assert len(set(kept.values())) == 3


def test_metrics_are_named_by_window_and_model():
    metrics = {
        "ahead": {"pool": {"log_loss_skill": 0.1, "auc": {"base": 0.7}, "sessions": 1622}},
        "now": {"seen_half": {"log_loss_skill": 0.3}},
    }

    assert metric_points(metrics) == [
        Point("ahead/pool/log_loss_skill", 0.1, 0),
        Point("ahead/pool/auc/base", 0.7, 0),
        Point("ahead/pool/sessions", 1622.0, 0),
        Point("now/seen_half/log_loss_skill", 0.3, 0),
    ]


def test_years_are_steps_of_one_metric():
    by_year = {"2019": {"auc": {"base": 0.7}}, "2020": {"auc": {"base": 0.6}}}

    assert metric_points({"ahead": {"pool": {"by_year": by_year}}}) == [
        Point("ahead/pool/by_year/auc/base", 0.7, 2019),
        Point("ahead/pool/by_year/auc/base", 0.6, 2020),
    ]


def test_a_named_window_that_is_a_year_is_no_step():
    found = metric_points({"ahead": {"pool": {"by_named_window": {"2022": {"skill": 0.1}}}}})

    assert found == [Point("ahead/pool/by_named_window/2022/skill", 0.1, 0)]


def test_intervals_are_named_by_place():
    found = metric_points({"ahead": {"pool": {"interval": [-0.1, 0.2]}}})

    assert [(point.key, point.value) for point in found] == [
        ("ahead/pool/interval/0", -0.1),
        ("ahead/pool/interval/1", 0.2),
    ]


def test_what_is_no_number_is_left_out():
    assert metric_points({"a": {"b": {"c": None, "d": math.nan, "e": math.inf, "f": "2020"}}}) == []


def test_characters_that_mlflow_refuses_are_replaced():
    found = metric_points({"ahead": {"5 August 2024 (yen)": {"p<0.05": 1.0, "größe": 2.0}}})

    assert [point.key for point in found] == [
        "ahead/5 August 2024 _yen_/p_0.05",
        "ahead/5 August 2024 _yen_/gr__e",
    ]


@given(
    st.recursive(
        st.floats(-9, 9),
        lambda inner: st.dictionaries(NAMES, inner, min_size=1, max_size=3),
        max_leaves=20,
    ).filter(lambda tree: isinstance(tree, dict))
)
def test_no_number_is_lost_or_doubled(metrics):
    def numbers(tree):
        return [n for v in tree.values() for n in (numbers(v) if isinstance(v, dict) else [v])]

    found = metric_points(metrics)

    assert [point.value for point in found] == numbers(metrics)
    assert len({point.key for point in found}) == len(found)


def frame():
    sessions = pd.bdate_range("2020-01-01", periods=5, name="session")
    return pd.DataFrame({"a": np.arange(5.0), "b": [np.nan, 1, 2, 3, 4]}, index=sessions)


def test_the_digest_is_that_of_the_content():
    assert frame_digest(frame()) == frame_digest(frame().copy())


def test_the_digest_sees_values_names_rows_and_sessions():
    changed = frame()
    changed.iloc[0, 1] = 0.0
    others = [
        changed,
        frame().rename(columns={"a": "c"}),
        frame().iloc[:-1],
        frame().shift(freq="D"),
        frame().iloc[::-1],
    ]

    assert len({frame_digest(other) for other in [frame(), *others]}) == 1 + len(others)
