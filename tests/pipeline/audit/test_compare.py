"""Comparisons are by bits, and name the first session of each column that differs."""

import numpy as np
import pandas as pd
import pytest

from pipeline.audit.compare import compare, different

DAYS = pd.bdate_range("2024-01-01", periods=4, name="session")
CUT = DAYS[-1]


@pytest.fixture
def published():
    return pd.DataFrame(
        {"a": [np.nan, 1.0, 2.0, 3.0], "b": [0.1, 0.2, 0.3, np.nan], "word": list("wxyz")},
        index=DAYS,
    )


def test_the_same_passes_and_is_counted(published):
    found = compare("features", published, published.copy(), CUT, "truncated")
    assert found.leaks == ()
    assert found.sessions.equals(published.index)
    assert (found.columns, found.values) == (("a", "b", "word"), 10)


def test_one_bit_is_seen(published):
    other = published.copy()
    other.loc[DAYS[1], "b"] = np.nextafter(0.2, 1.0)
    (leak,) = compare("features", published, other, CUT, "scrambled").leaks
    assert (leak.column, leak.session, leak.cut) == ("b", "2024-01-02", "2024-01-04")
    assert "feature b of 2024-01-02 changes from 0.2 to 0.20000000000000004" in str(leak)
    assert "replaced by garbage" in str(leak)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ([np.nan], [np.nan], [False]),
        ([1.0], [np.nan], [True]),
        ([0.0], [-0.0], [True]),
        ([pd.Timestamp("2024-01-01")], [pd.NaT], [True]),
        ([pd.NaT], [pd.NaT], [False]),
        (["calm"], ["crisis"], [True]),
    ],
)
def test_missing_equals_missing_and_nothing_else(left, right, expected):
    assert different(pd.Series(left), pd.Series(right)).tolist() == expected


def test_a_lost_session_and_a_lost_column_are_differences(published):
    found = compare("panel", published, published.drop(columns="word").iloc[:3], CUT, "truncated")
    assert {leak.column: leak.session for leak in found.leaks} == {
        "a": "2024-01-04",
        "word": "2024-01-01",
    }
