"""Cuts are spread over all that is published, and the deep ones sit where a fold begins."""

from itertools import pairwise

import pandas as pd
import pytest

from pipeline.audit.cutoffs import choose_cuts, deep_sessions

SESSIONS = pd.bdate_range("2010-01-01", periods=1000, name="session")
FIRST_FORECAST = 400


@pytest.fixture
def published():
    return {
        "features": pd.DataFrame(index=SESSIONS),
        "outlook": pd.DataFrame(index=SESSIONS[FIRST_FORECAST:]),
    }


@pytest.mark.parametrize("count", [1, 2, 4, 24, 60])
def test_as_many_as_asked_in_order_and_always_the_same(published, settings, count):
    cuts = choose_cuts(published, settings.walk_forward, count)
    assert len(cuts) == count
    assert cuts == sorted(cuts, key=lambda cut: cut.session)
    assert cuts == choose_cuts(published, settings.walk_forward, count)


def test_deep_cuts_follow_the_first_sessions_of_a_fold(published, settings):
    cuts = choose_cuts(published, settings.walk_forward, 24)
    deep = SESSIONS.get_indexer(deep_sessions(cuts)) - FIRST_FORECAST
    assert len(deep) == 4
    assert (deep % settings.walk_forward.refit_every).tolist() == [0, 1, 2, 3]


def test_cuts_reach_the_early_and_the_late_years(published, settings):
    places = [
        SESSIONS.get_loc(c.session) for c in choose_cuts(published, settings.walk_forward, 24)
    ]
    assert min(places) < 50
    assert max(places) > 950
    assert max(later - sooner for sooner, later in pairwise(places)) < 60
