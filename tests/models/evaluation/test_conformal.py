import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.evaluation.conformal import (
    ConformalSettings,
    conformal_scores,
    conformal_sets,
    conformal_thresholds,
)
from models.scenarios import SCENARIOS
from models.walk_forward import NOT_KNOWN

STILL = ConformalSettings(nominal=0.8, min_resolved=50, adaptation=0.0)
ADAPTIVE = ConformalSettings(nominal=0.8, min_resolved=50, adaptation=0.02)


def forecasts(generator, count, ahead=5):
    proba = generator.dirichlet([4.0, 2.0, 2.0], count)
    codes = (generator.random((count, 1)) > np.cumsum(proba, axis=1))[:, :2].sum(axis=1)
    ends = np.arange(count) + ahead
    return proba, codes, np.where(ends < count, ends, NOT_KNOWN)


def by_hand(proba, codes, ends, session, embargo, nominal):
    known = ends < session - embargo
    thresholds = []
    for code in range(3):
        given = np.sort(proba[known & (codes == code), code])
        rank = int((len(given) + 1) * (1 - nominal) + 1e-9)
        thresholds.append(given[rank - 1] if rank else 0.0)
    return thresholds


def test_thresholds_by_hand():
    proba, codes, ends = forecasts(np.random.default_rng(0), 200)
    found = conformal_thresholds(proba, codes, ends, embargo=10, settings=STILL)
    assert found.shape == (201, 3)
    for session in (80, 150, 200):
        expected = by_hand(proba, codes, ends, session, 10, 0.8)
        assert found[session] == pytest.approx(expected)


def test_everything_is_in_the_set_until_there_is_enough_to_calibrate_on():
    proba, codes, ends = forecasts(np.random.default_rng(1), 120)
    thresholds = conformal_thresholds(proba, codes, ends, embargo=10, settings=STILL)
    # 50 labels end before session 66 - 10: those of sessions 0 to 49 end on 5 to 54... 55 < 56.
    first = 50 - 1 + 5 + 10 + 1
    assert np.isnan(thresholds[:first]).all()
    assert not np.isnan(thresholds[first:]).any()
    assert conformal_sets(proba, thresholds[:-1])[:first].all()


@given(st.integers(60, 199), st.integers(0, 12), st.sampled_from([STILL, ADAPTIVE]))
def test_outcomes_that_are_not_old_enough_change_nothing(session, embargo, settings):
    generator = np.random.default_rng(2)
    proba, codes, ends = forecasts(generator, 200)
    other_proba, other_codes, _ = forecasts(generator, 200)
    late = ends >= session - embargo
    scrambled_proba = np.where(late[:, None], other_proba, proba)
    scrambled = np.where(late, other_codes, codes)
    one = conformal_thresholds(proba, codes, ends, embargo=embargo, settings=settings)
    two = conformal_thresholds(scrambled_proba, scrambled, ends, embargo=embargo, settings=settings)
    np.testing.assert_array_equal(one[: session + 1], two[: session + 1])


def test_each_scenario_is_covered_as_often_as_asked():
    proba, codes, ends = forecasts(np.random.default_rng(3), 4000)
    thresholds = conformal_thresholds(proba, codes, ends, embargo=5, settings=STILL)[:-1]
    reached = (proba >= thresholds)[np.arange(4000), codes][100:]
    for code in range(3):
        assert reached[codes[100:] == code].mean() == pytest.approx(0.8, abs=0.03)


def test_adaptation_brings_coverage_back_after_the_market_changed():
    generator = np.random.default_rng(4)
    proba, codes, ends = forecasts(generator, 3000)
    # From the middle on, forecasts are worthless.
    proba[1500:] = generator.dirichlet([4.0, 2.0, 2.0], 1500)
    codes[1500:] = generator.integers(0, 3, 1500)
    coverage = {}
    for settings in (STILL, ADAPTIVE):
        thresholds = conformal_thresholds(proba, codes, ends, embargo=5, settings=settings)[:-1]
        reached = (proba >= thresholds)[np.arange(3000), codes]
        coverage[settings] = min(reached[2000:][codes[2000:] == code].mean() for code in range(3))
    assert coverage[STILL] < 0.74
    assert coverage[ADAPTIVE] == pytest.approx(0.8, abs=0.03)


def test_the_most_probable_scenario_is_always_in():
    proba = np.array([[0.5, 0.3, 0.2], [0.2, 0.1, 0.7]])
    sets = conformal_sets(proba, np.array([0.6, 0.3, 0.9]))
    assert sets.tolist() == [[True, True, False], [False, False, True]]


def test_scores_by_hand():
    sets = np.array([[1, 0, 0], [1, 1, 1], [0, 1, 1], [1, 0, 0]], dtype=bool)
    scores = conformal_scores(sets, np.array([0, 1, 0, 1]))
    assert scores["sessions"] == 4
    assert scores["coverage"] == 0.5
    by_scenario = scores["coverage_by_scenario"]
    assert by_scenario["base"] == by_scenario["tightening_shock"] == 0.5
    assert np.isnan(by_scenario[SCENARIOS[2]])
    assert (scores["size"], scores["single"], scores["cannot_tell"]) == (1.75, 0.5, 0.25)
