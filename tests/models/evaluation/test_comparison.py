import numpy as np
import pandas as pd
import pytest

from models.evaluation.comparison import UNKNOWN, compare
from models.scenarios import SCENARIOS

SESSIONS = pd.bdate_range("2024-01-01", periods=8, name="session")
CODES = [0, 1, 1, 2, 0, 0]


def scenarios():
    """Labels of the first six sessions, each ending two sessions later."""
    return pd.DataFrame(
        {
            "session": SESSIONS[:6],
            "scenario": [SCENARIOS[code] for code in CODES],
            "label_end": SESSIONS[2:],
        }
    )


def outlook(**models):
    """Each model's probability of base by position; the rest is split evenly."""
    tables = [
        pd.DataFrame(
            {
                "session": SESSIONS[list(given)],
                "model": model,
                "base": list(given.values()),
                "tightening_shock": [(1 - p) / 2 for p in given.values()],
                "reflation": [(1 - p) / 2 for p in given.values()],
            }
        )
        for model, given in models.items()
    ]
    return pd.concat(tables, ignore_index=True)


def test_sessions_are_those_with_a_forecast_and_an_outcome():
    found = compare(outlook(a={3: 0.2, 2: 0.4, 6: 0.6}, b={2: 0.1, 3: 0.3, 6: 0.5}), scenarios())
    assert found.sessions.tolist() == SESSIONS[[2, 3]].tolist()
    assert found.codes.tolist() == [1, 2]
    assert found.probas["a"][:, 0].tolist() == [0.4, 0.2]
    assert found.losses("a") == pytest.approx(-np.log([0.3, 0.4]))


def test_last_known_is_the_latest_label_that_ended_before_the_session():
    found = compare(outlook(a=dict.fromkeys(range(6), 0.5)), scenarios())
    assert found.last_known.tolist() == [UNKNOWN, UNKNOWN, UNKNOWN, 0, 1, 1]


def test_label_ends_count_among_the_compared_sessions():
    found = compare(outlook(a=dict.fromkeys(range(1, 6), 0.5)), scenarios())
    assert found.label_ends[:3].tolist() == [2, 3, 4]
    assert (found.label_ends[3:] > 5).all()


@pytest.mark.parametrize(
    ("forecasts", "message"),
    [
        (outlook(a={1: 0.5, 2: 0.5}, b={2: 0.5}), "'b' has no forecast for 1 of 2 .* 2024-01-02"),
        (pd.concat([outlook(a={1: 0.5})] * 2), "'a' forecasts 2024-01-02 twice"),
        (outlook(a={1: 1.5}), r"'a' gives \[1.5, -0.25, -0.25\] on 2024-01-02"),
        (outlook(a={1: np.nan}), "'a' gives"),
        (outlook(a={1: 0.5}).assign(reflation=0.5), "'a' gives"),
        (outlook(a={7: 0.5}), "none of the 1 forecasts has an outcome"),
    ],
)
def test_errors_name_what_was_found(forecasts, message):
    with pytest.raises(ValueError, match=message):
        compare(forecasts, scenarios())


def test_an_unknown_scenario_is_refused():
    labels = scenarios().replace({"scenario": {"reflation": "boom"}})
    with pytest.raises(ValueError, match="'boom' is not a scenario"):
        compare(outlook(a={1: 0.5}), labels)
