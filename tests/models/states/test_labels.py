"""The shown label and the entropy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from models.states.describe import state_table, words
from models.states.labels import entropy, sessions_shown, shown_labels

rows = st.lists(
    st.lists(st.floats(0.001, 1.0), min_size=3, max_size=3).map(lambda p: np.array(p) / sum(p)),
    min_size=1,
    max_size=30,
).map(np.array)


def test_the_label_waits_for_another_state_to_convince():
    calm = np.array([0.9, 0.4, 0.06, 0.04, 0.5, 0.96, 0.3])
    posteriors = np.column_stack([calm, 1.0 - calm])
    assert shown_labels(posteriors, 0.95, 0).tolist() == [0, 0, 0, 1, 1, 0, 0]
    assert shown_labels(posteriors, 0.95, 1).tolist() == [1, 1, 1, 1, 1, 0, 0]


@given(posteriors=rows, level=st.floats(0.34, 1.0), cut=st.integers(1, 30))
def test_the_label_moves_only_to_a_convincing_state_and_never_looks_ahead(posteriors, level, cut):
    shown = shown_labels(posteriors, level, 0)
    before = np.concatenate([[0], shown[:-1]])
    for t in np.flatnonzero(shown != before):
        assert posteriors[t, shown[t]] >= level
    np.testing.assert_array_equal(shown_labels(posteriors[:cut], level, 0), shown[:cut])


def test_sessions_shown_go_on_from_before_and_begin_anew_with_another_state():
    assert sessions_shown(np.array([0, 0, 1, 1, 0]), 0, 7).tolist() == [8, 9, 1, 2, 1]
    assert sessions_shown(np.array([1, 1]), 0, 7).tolist() == [1, 2]


@given(
    labels=st.lists(st.integers(0, 2), min_size=2, max_size=30).map(np.array),
    age=st.integers(1, 9),
    cut=st.integers(1, 29),
)
def test_sessions_shown_are_the_same_in_two_parts(labels, age, cut):
    whole = sessions_shown(labels, 0, age)
    first = sessions_shown(labels[:cut], 0, age)
    rest = sessions_shown(labels[cut:], labels[:cut][-1], first[-1])
    np.testing.assert_array_equal(np.concatenate([first, rest]), whole)


@given(posteriors=rows)
def test_entropy_agrees_with_scipy(posteriors):
    np.testing.assert_allclose(entropy(posteriors), stats.entropy(posteriors, axis=1), atol=1e-12)


def test_certainty_has_no_entropy():
    assert entropy(np.array([[1.0, 0.0]])).tolist() == [0.0]


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ([2.5, 3.6, 2.8, 3.1], ("calm", "crisis", "normal", "elevated")),
        ([0.0, 1.0], ("calm", "crisis")),
        ([1.0, 2.0, 3.0], ("calm", "normal", "crisis")),
        (range(7), tuple(f"level {i} of 7" for i in range(1, 8))),
    ],
)
def test_words_follow_the_mean(level, expected):
    assert words(np.array(level, dtype=float)) == expected


def test_table_reads_in_natural_units(chain, as_fit):
    table = state_table(as_fit(chain))
    np.testing.assert_allclose(table["vix"], np.exp([-1.0, 0.5, 2.5]))
    np.testing.assert_allclose(table["input_0"], [0.5, 0.0, -1.0])
    np.testing.assert_allclose(table["sessions"], [20.0, 10.0, 10.0])
    long_run = np.linalg.matrix_power(chain.transition, 5000)[0]
    np.testing.assert_allclose(table["share"], long_run, atol=1e-9)
