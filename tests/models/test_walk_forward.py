import pickle
from copy import copy

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.scenarios import Window, label
from models.walk_forward import (
    NOT_KNOWN,
    expanding_folds,
    final_fold,
    label_end_positions,
    old_enough,
)

SESSIONS = pd.bdate_range("2015-01-01", periods=400, name="session")


def label_ends(sessions, window, missing=()):
    composite = pd.Series(np.linspace(-1, 1, len(sessions)), index=sessions)
    composite.iloc[list(missing)] = np.nan
    labels = label(composite, window, tightening_above=0.5, reflation_below=-0.5)
    return labels.set_index("session")["label_end"]


@st.composite
def schedules(draw):
    """Sessions with holidays, any window, an embargo that covers it, any schedule."""
    gaps = draw(st.lists(st.integers(1, 4), min_size=60, max_size=160))
    sessions = pd.Timestamp("2020-01-01") + pd.to_timedelta(np.cumsum(gaps), unit="D")
    window = Window("any", back=draw(st.integers(0, 10)), ahead=draw(st.integers(1, 21)))
    missing = draw(st.lists(st.integers(0, len(gaps) - 1), max_size=10))
    first = draw(st.integers(45, len(gaps) - 1))
    return {
        "sessions": pd.DatetimeIndex(sessions, name="session"),
        "window": window,
        "label_end": label_ends(sessions, window, missing),
        "first": first,
        "last": draw(st.integers(first, len(gaps) - 1)),
        "refit_every": draw(st.integers(1, 30)),
        "embargo": draw(st.integers(max(window.back - 1, 0), 20)),
    }


def folds_of(schedule):
    sessions = schedule["sessions"]
    return expanding_folds(
        sessions,
        schedule["label_end"],
        first_test=sessions[schedule["first"]],
        last_test=sessions[schedule["last"]],
        refit_every=schedule["refit_every"],
        embargo=schedule["embargo"],
        min_train=1,
    )


def usable(schedule):
    window = schedule["window"]
    known = [schedule["sessions"].get_loc(s) for s in schedule["label_end"].index]
    return any(i + window.ahead + schedule["embargo"] < schedule["first"] for i in known)


@given(schedules().filter(usable))
def test_no_session_of_a_training_window_is_in_a_tested_window(schedule):
    window = schedule["window"]
    for fold in folds_of(schedule):
        seen = {s for t in fold.train for s in range(t - window.back + 1, t + window.ahead + 1)}
        asked = {s for t in fold.test for s in range(t - window.back + 1, t + window.ahead + 1)}
        assert not seen & asked


@given(schedules().filter(usable))
def test_every_session_of_the_span_is_tested_once_and_after_its_fit(schedule):
    folds = folds_of(schedule)
    tested = np.concatenate([fold.test for fold in folds])
    assert tested.tolist() == list(range(schedule["first"], schedule["last"] + 1))
    for number, fold in enumerate(folds):
        assert fold.number == number
        assert fold.fit_end < schedule["sessions"][fold.test[0]]
        assert fold.fit_end == schedule["label_end"][schedule["sessions"][fold.train]].max()


@given(schedules().filter(usable))
def test_nothing_that_is_old_enough_is_left_out(schedule):
    ends = {s: schedule["sessions"].get_loc(e) for s, e in schedule["label_end"].items()}
    for fold in folds_of(schedule):
        allowed = [
            i
            for i, session in enumerate(schedule["sessions"])
            if session in ends and ends[session] + schedule["embargo"] < fold.test[0]
        ]
        assert fold.train.tolist() == allowed


@given(schedules().filter(usable), st.integers(1, 30))
def test_later_sessions_never_change_an_earlier_fold(schedule, fewer):
    whole = folds_of(schedule)
    schedule["last"] = max(schedule["last"] - fewer, schedule["first"])
    sessions = schedule["sessions"][: schedule["last"] + 1]
    ends = schedule["label_end"]
    schedule |= {"sessions": sessions, "label_end": ends[ends <= sessions[-1]]}
    for short, long in zip(folds_of(schedule), whole, strict=False):
        assert short.train.tolist() == long.train.tolist()
        assert short.fit_end == long.fit_end
        assert short.test.tolist() == long.test.tolist()[: len(short.test)]


@given(schedules())
def test_a_fold_comes_through_a_pickle_whole(schedule):
    for fold in folds_of(schedule):
        again = copy(fold)  # by the same two halves as a pickle
        np.testing.assert_array_equal(again.train, fold.train, strict=True)
        np.testing.assert_array_equal(again.test, fold.test, strict=True)
        assert (again.number, again.fit_end) == (fold.number, fold.fit_end)


def test_a_pickled_fold_is_small_however_long_the_history():
    sessions = pd.bdate_range("1950-01-01", periods=20_000, name="session")
    ends = label_ends(sessions, Window("ahead", back=0, ahead=10), missing=[5, 6])
    (fold,) = expanding_folds(sessions, ends, first_test=sessions[-1], embargo=10)
    assert len(fold.train) > 19_000
    assert len(pickle.dumps(fold)) < 1_000


def test_embargo_below_the_seen_half_would_overlap():
    # What the docstring warns of: the rule is needed, the property test is not vacuous.
    window = Window("now", back=5, ahead=5)
    fold = expanding_folds(
        SESSIONS, label_ends(SESSIONS, window), first_test=SESSIONS[300], embargo=3
    )[0]
    last_training_window = set(range(fold.train[-1] - 4, fold.train[-1] + 6))
    first_tested_window = set(range(fold.test[0] - 4, fold.test[0] + 6))
    assert last_training_window & first_tested_window


def test_sessions_without_a_label_are_tested_but_never_train():
    window = Window("ahead", back=0, ahead=10)
    ends = label_ends(SESSIONS, window).drop(SESSIONS[5])
    ends[SESSIONS[6]] = pd.NaT
    folds = expanding_folds(SESSIONS, ends, first_test="2016-02-01", embargo=10)
    assert folds[-1].test[-1] == len(SESSIONS) - 1
    assert not {5, 6} & set(folds[-1].train)


def test_final_fold_is_the_refit_of_the_last_session():
    window = Window("week", back=0, ahead=5)
    ends = label_ends(SESSIONS, window)
    fold = final_fold(SESSIONS, ends, embargo=5)
    assert fold.test.tolist() == [len(SESSIONS) - 1]
    # The last label that may train ended 6 sessions before; its session is 5 earlier still.
    assert fold.train[-1] == len(SESSIONS) - 1 - 6 - 5
    assert fold.fit_end == SESSIONS[-7]


def test_label_ends_between_sessions_count_as_the_later_one():
    sessions = pd.DatetimeIndex(["2024-01-02", "2024-01-03", "2024-01-08"])
    ends = pd.Series(pd.to_datetime(["2024-01-05", "2024-01-09"]), index=sessions[:2])
    assert label_end_positions(sessions, ends).tolist() == [2, NOT_KNOWN, NOT_KNOWN]


def test_old_enough_leaves_exactly_the_embargo_between():
    assert old_enough(np.array([3, 4, NOT_KNOWN]), 10, 6).tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"embargo": -1}, "embargo at least 0; got 21, -1"),
        ({"refit_every": 0}, "refit_every must be at least 1"),
        ({"first_test": "2030-01-01"}, "no session from first_test 2030-01-01"),
        ({"last_test": "2014-01-01"}, "no session from first_test 2016-06-01 to 2014-01-01"),
        ({"first_test": "2015-03-02"}, "the refit at 2015-03-02 has 22 training rows"),
    ],
)
def test_errors_name_what_was_found(changed, message):
    arguments = {"first_test": "2016-06-01", "embargo": 10} | changed
    with pytest.raises(ValueError, match=message):
        expanding_folds(SESSIONS, label_ends(SESSIONS, Window("ahead", 0, 10)), **arguments)


def test_a_label_that_ends_before_its_session_is_refused():
    ends = pd.Series([SESSIONS[3]], index=SESSIONS[[4]])
    with pytest.raises(ValueError, match="before its own session"):
        label_end_positions(SESSIONS, ends)


def test_unordered_sessions_are_refused():
    with pytest.raises(ValueError, match="increasing, unique"):
        expanding_folds(
            SESSIONS[::-1], pd.Series(dtype="datetime64[ns]"), first_test="2016-01-04", embargo=0
        )
