import numpy as np
import pytest

from models.evaluation.comparison import UNKNOWN
from models.evaluation.transitions import (
    detection_lag,
    runs,
    switches_per_year,
    transition_days,
    whipsaws_per_year,
)


def test_transition_days_differ_from_what_was_known():
    y, known = np.array([0, 1, 1, 2, 0]), np.array([UNKNOWN, 0, 1, 1, 0])
    assert transition_days(y, known).tolist() == [False, True, False, True, False]


def test_runs():
    starts, lengths = runs(np.array([0, 0, 2, 1, 1, 1]))
    assert starts.tolist() == [0, 2, 3]
    assert lengths.tolist() == [2, 1, 3]


def test_detection_lag_by_hand():
    # Shocks from 2 to 7 (called on 4), from 10 to 14 (missed), and one too short to count.
    y = np.array([0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 1, 1])
    called = np.zeros_like(y)
    called[4:10] = 1
    called[15:] = 2
    found = detection_lag(y, called)
    assert found["tightening_shock"] == {"episodes": 2, "detected": 0.5, "median_sessions": 2.0}
    assert found["reflation"] == {"episodes": 1, "detected": 1.0, "median_sessions": 0.0}


def test_detection_lag_without_episodes_is_undefined():
    found = detection_lag(np.zeros(20, dtype=int), np.zeros(20, dtype=int))["reflation"]
    assert found["episodes"] == 0
    assert np.isnan(found["detected"])
    assert np.isnan(found["median_sessions"])


def test_switches_and_whipsaws_by_hand():
    # Switches at 20, 23 (taken back), 40, 60 (lasted 20), 63 (to a third scenario, not back).
    called = np.zeros(126, dtype=int)
    called[20:23] = 1
    called[40:60] = 1
    called[60:63] = 2
    assert switches_per_year(called) == pytest.approx(5 * 2)
    assert whipsaws_per_year(called) == pytest.approx(1 * 2)


def test_a_steady_call_never_switches():
    assert switches_per_year(np.ones(100, dtype=int)) == 0
    assert whipsaws_per_year(np.ones(100, dtype=int)) == 0
