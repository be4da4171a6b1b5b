import numpy as np
import pandas as pd
import pytest
from scipy import stats

from models.forecasting.forecaster import Forecaster, forecaster
from models.outlook.nowcast_student import NowcastStudent
from models.outlook.seen_half import SeenHalf
from models.scenarios import Window
from tests.models.outlook.conftest import NOW

COLUMNS = ("composite_nowcast_5", "vix_over_label_scale", "conditions_level", "dxy_realised_5")
WILD = "vix_over_label_scale"
FREE = {"scale_inputs": (WILD,), "location_penalty": 0.0, "scale_penalty": 0.0, "clip": 1e9}
SHARE = np.sqrt(0.5)


def half_seen(rows: int = 20_000) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Half of the composite seen; the rest drifts by 0.05 - 0.1 wild, log scale -1 + 0.3 wild."""
    rng = np.random.default_rng(11)
    features = pd.DataFrame(rng.standard_normal((rows, 4)), columns=list(COLUMNS))
    wild = features[WILD]
    noise = np.exp(-1.0 + 0.3 * wild) * stats.t(6).rvs(rows, random_state=12)
    seen = SHARE * features["composite_nowcast_5"]
    return features, pd.DataFrame({"composite": seen + 0.05 - 0.1 * wild + noise})


@pytest.fixture(scope="module")
def recovered() -> Forecaster:
    return forecaster("nowcast_student", NOW, (), FREE).fit(*half_seen())


def test_recovers_the_probabilities_of_a_known_law(recovered: Forecaster):
    seen, wild = np.array([-1.0, 0.0, 0.9]), np.array([1.0, 0.0, -1.0])
    rows = pd.DataFrame(0.0, range(3), COLUMNS).assign(composite_nowcast_5=seen)
    rows[WILD] = wild
    law = stats.t(6, loc=SHARE * seen + 0.05 - 0.1 * wild, scale=np.exp(-1.0 + 0.3 * wild))
    over, under = law.sf(0.5), law.cdf(-0.5)
    expected = np.column_stack([1 - over - under, over, under])
    np.testing.assert_allclose(recovered.predict_proba(rows), expected, atol=0.015)


def test_seen_part_keeps_its_weight_under_any_penalty():
    features, outcomes = half_seen(2_000)
    slopes = [
        forecaster("nowcast_student", NOW, (), {"location_penalty": penalty, "clip": 1e9})
        .fit(features, outcomes)
        .fitted_state()["location_slopes_"][0]
        for penalty in (0.0, 1e9)
    ]
    seen = features["composite_nowcast_5"].std(ddof=0)
    np.testing.assert_allclose(slopes, SHARE * seen, rtol=1e-9)


def test_weight_of_the_seen_part_follows_the_window():
    features, outcomes = half_seen(2_000)
    early = Window("early", back=1, ahead=3)
    settings = {"seen": "composite_nowcast_5", "clip": 1e9}
    model = forecaster("nowcast_student", early, (), settings).fit(features, outcomes)
    seen = features["composite_nowcast_5"].std(ddof=0)
    assert model.fitted_state()["location_slopes_"][0] == pytest.approx(0.5 * seen)


def test_only_for_windows_of_which_part_has_been_seen():
    assert NowcastStudent.applies(Window("now", 5, 5))
    assert not NowcastStudent.applies(Window("ahead", 0, 10))


def test_terms_sum_to_the_move_from_the_mean_row(recovered: Forecaster):
    features, _outcomes = half_seen()
    rows, mean = features[:200], features.mean().to_frame().T
    expected = np.log(recovered.predict_proba(rows)) - np.log(recovered.predict_proba(mean))
    np.testing.assert_allclose(sum(recovered.contributions(rows).values()), expected, atol=1e-4)


def test_column_that_is_missing_altogether_counts_for_nothing():
    features, outcomes = half_seen(2_000)
    empty = features.assign(conditions_level=np.nan)
    model = forecaster("nowcast_student", NOW, (), {}).fit(empty, outcomes)
    filled = empty.assign(conditions_level=2.0)
    np.testing.assert_array_equal(model.predict_proba(filled), model.predict_proba(empty))


def test_tonight_is_half_on_other_columns():
    features, outcomes = half_seen(2_000)
    outcomes["code"] = np.select(
        [outcomes["composite"] > 0.5, outcomes["composite"] < -0.5], [1, 2]
    )
    tonight = forecaster("nowcast_logit", NOW, (), {}).fit(features, outcomes)
    half = SeenHalf(NOW, ("composite_nowcast_5", WILD)).fit(features, outcomes)
    np.testing.assert_array_equal(tonight.predict_proba(features), half.predict_proba(features))
