"""The audit's telling of the publication rules agrees with align's, which goes the other way."""

import numpy as np
import pandas as pd
import pytest

from pipeline.aligning.clock import Clock
from pipeline.audit.publication import last_public_date, public_rows
from pipeline.catalogue import CATALOGUE
from pipeline.series.calendar import sessions

SESSIONS = sessions("2023-11-01", "2024-03-29")


def dated(dates):
    return pd.DataFrame({"date": pd.to_datetime(dates), "value": 1.0})


def timed(instants):
    return pd.DataFrame({"time": pd.to_datetime(instants, utc=True), "value": 1.0})


@pytest.mark.parametrize("name", ["vix", "us10y", "fed_assets"])
@pytest.mark.parametrize("position", range(15, 80, 3))
def test_dated_rows_are_those_that_align_would_know(name, position):
    raw = dated(pd.date_range(SESSIONS[5], "2024-04-30"))
    known = Clock(SESSIONS).of_date(raw["date"], CATALOGUE[name].lag) <= position
    np.testing.assert_array_equal(public_rows(raw, CATALOGUE[name], SESSIONS, position), known)


def test_a_yield_is_public_one_session_late_and_the_balance_sheet_on_thursday():
    wednesday, thursday = SESSIONS.get_indexer(pd.to_datetime(["2024-01-10", "2024-01-11"]))
    assert last_public_date(CATALOGUE["us10y"], SESSIONS, thursday) == pd.Timestamp("2024-01-10")
    raw = dated(["2024-01-03", "2024-01-10"])
    assert public_rows(raw, CATALOGUE["fed_assets"], SESSIONS, wednesday).tolist() == [True, False]
    assert public_rows(raw, CATALOGUE["fed_assets"], SESSIONS, thursday).all()


def test_a_bar_counts_once_it_has_ended_and_a_print_once_it_is_made():
    position = SESSIONS.get_loc("2024-01-10")
    instants = ["2024-01-10T20:00Z", "2024-01-10T21:00Z", "2024-01-11T00:30Z", "2024-01-11T00:31Z"]
    bars = public_rows(timed(instants), CATALOGUE["btc_4h"], SESSIONS, position)
    assert bars.tolist() == [True, False, False, False]
    prints = public_rows(timed(instants), CATALOGUE["btc_funding_binance"], SESSIONS, position)
    assert prints.tolist() == [True, True, True, False]


def test_an_event_is_known_when_it_happens_or_as_far_ahead_as_its_calendar():
    position = SESSIONS.get_loc("2024-01-10")
    events = pd.DataFrame(
        {
            "date": pd.to_datetime(["2024-01-10", "2024-01-31", "2024-01-12", "2024-12-18"]),
            "type": ["scheduled", "scheduled", "unscheduled", "scheduled"],
        }
    )
    known = public_rows(events, CATALOGUE["fomc"], SESSIONS, position)
    assert known.tolist() == [True, True, False, False]


def test_a_table_has_no_clock():
    assert public_rows(
        pd.DataFrame({"ticker": ["A"]}), CATALOGUE["members_meta"], SESSIONS, 0
    ).all()
