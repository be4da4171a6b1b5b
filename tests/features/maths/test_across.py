"""Sums across columns: right, and the same whatever the memory layout or the number of rows."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.maths.across import halved_sum, row_mean, row_std, row_total, within
from features.maths.matrices import correlation_matrices, quadratic_form


@given(values=st.lists(st.floats(-1e6, 1e6), min_size=0, max_size=200))
def test_the_sum_is_the_sum(values):
    assert halved_sum(np.array([values])) == pytest.approx(math.fsum(values), abs=1e-6)


def test_layout_and_number_of_rows_do_not_touch_the_last_bit():
    array = np.random.default_rng(1).normal(size=(40, 173))
    whole = halved_sum(array)
    np.testing.assert_array_equal(halved_sum(np.asfortranarray(array)), whole)
    np.testing.assert_array_equal(halved_sum(array[-1:]), whole[-1:])


def test_missing_values_do_not_count():
    table = pd.DataFrame(
        {"a": [1.0, np.nan, np.nan], "b": [3.0, 5.0, np.nan], "c": [5.0, 7.0, 1.0]}
    )
    assert row_total(table).tolist() == [9.0, 12.0, 1.0]
    assert row_mean(table, min_count=2).tolist()[:2] == [3.0, 6.0]
    assert np.isnan(row_mean(table, min_count=2).iloc[2])
    pd.testing.assert_series_equal(row_std(table), table.std(axis=1))


def test_a_table_without_columns_has_no_mean():
    empty = pd.DataFrame(index=range(3))
    assert row_mean(empty).isna().all()
    assert row_total(empty).tolist() == [0.0, 0.0, 0.0]


def test_within_keeps_the_members_of_that_session():
    table = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0], "c": [5.0, 6.0]})
    group = pd.DataFrame({"b": [1, 0], "a": [0, 1]})
    assert within(table, group).sum(axis=1).tolist() == [3.0, 2.0]


def test_correlation_matrices_are_those_of_numpy_and_leave_gaps_out():
    returns = pd.DataFrame(np.random.default_rng(2).normal(size=(90, 4)), columns=list("abcd"))
    returns.loc[80, "b"] = np.nan
    returns.loc[20:, "d"] = 0.25
    matrices, present = correlation_matrices(returns, 63)
    assert present.iloc[-1] == 2.0
    expected = np.zeros((4, 4))
    expected[np.ix_([0, 2], [0, 2])] = np.corrcoef(returns[["a", "c"]].tail(63).to_numpy().T)
    np.testing.assert_allclose(matrices[-1], expected, atol=1e-12)


def test_a_quadratic_form_is_one_number_a_row():
    generator = np.random.default_rng(3)
    matrices, vectors = generator.normal(size=(5, 3, 3)), generator.normal(size=(5, 3))
    expected = [x @ a @ x for a, x in zip(matrices, vectors, strict=True)]
    np.testing.assert_allclose(quadratic_form(matrices, vectors), expected)
