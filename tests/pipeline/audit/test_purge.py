"""The purge is checked on the files, each rule by itself."""

import pandas as pd
import pytest

from pipeline.audit.purge import purge_leaks
from pipeline.series.calendar import sessions

SESSIONS = sessions("2018-07-02", "2018-12-31")
START = int(SESSIONS.get_loc("2018-10-01"))
AHEAD = {"now": 5, "ahead": 10}


@pytest.fixture
def files():
    """Labels, states and two folds of one model, by the rules; the embargo is one window, ten."""
    labels, outlook = [], []
    for window, ahead in AHEAD.items():
        own = SESSIONS[:-ahead]
        ends = SESSIONS[ahead:]
        labels.append(pd.DataFrame({"session": own, "window": window, "label_end": ends}))
        for start in (START, START + 21):
            fit_end = SESSIONS[start - 10 - 1]
            fold = pd.DataFrame({"session": SESSIONS[start : start + 21], "fit_end": fit_end})
            outlook.append(fold.assign(window=window, model="logit"))
    states = pd.DataFrame({"fit_end": SESSIONS[9]}, index=SESSIONS[10:])
    return {
        "scenarios": pd.concat(labels, ignore_index=True),
        "states": states,
        "outlook": pd.concat(outlook, ignore_index=True),
    }


def test_what_obeys_passes(files, settings):
    assert purge_leaks(**files, settings=settings) == []


def test_a_fit_inside_the_embargo_is_named_with_its_first_session(files, settings):
    rows = files["outlook"].query("window == 'ahead'").index[21:]
    files["outlook"].loc[rows, "fit_end"] = SESSIONS[START + 21 - 10]
    (leak,) = purge_leaks(**files, settings=settings)
    assert (leak.stage, leak.column) == ("outlook", "ahead.fit_end")
    assert leak.session == f"{SESSIONS[START + 21]:%Y-%m-%d}"
    assert leak.cut == f"{SESSIONS[START + 21 - 11]:%Y-%m-%d}"
    assert "nothing after" in str(leak)


def test_a_fit_must_precede_its_fold_and_not_only_its_own_session(files, settings):
    last = files["outlook"].index[files["outlook"]["session"] == SESSIONS[START + 20]]
    files["outlook"].loc[last, "fit_end"] = SESSIONS[START + 5]
    leaks = purge_leaks(**files, settings=settings)
    assert {leak.column for leak in leaks} == {"now.fit_end", "ahead.fit_end"}


def test_a_state_fitted_on_its_own_session_is_named(files, settings):
    files["states"].iloc[3, 0] = files["states"].index[3]
    (leak,) = purge_leaks(**files, settings=settings)
    assert (leak.stage, leak.session) == ("states", f"{SESSIONS[13]:%Y-%m-%d}")


def test_a_label_that_claims_to_end_early_is_named(files, settings):
    row = files["scenarios"].query("window == 'ahead'").index[7]
    files["scenarios"].loc[row, "label_end"] = SESSIONS[7 + 9]
    (leak,) = purge_leaks(**files, settings=settings)
    assert (leak.column, leak.session) == ("ahead.label_end", f"{SESSIONS[7]:%Y-%m-%d}")
