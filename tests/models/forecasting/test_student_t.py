import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats

from models.forecasting.student_fit import log_likelihood, maximise
from models.forecasting.student_t import log_share_slopes, scenario_shares, share_above

levels = st.floats(-2, 2)
degrees_of_freedom = st.floats(2.1, 60)


@pytest.fixture(scope="module")
def sample() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(8)
    inputs = rng.standard_normal((400, 3))
    return stats.t(4).rvs(400, random_state=9) * 0.7 + 0.2, inputs, inputs[:, :1]


@given(levels, levels, degrees_of_freedom)
def test_shares_are_those_of_scipy(location: float, log_scale: float, degrees: float):
    law = stats.t(degrees, loc=location, scale=np.exp(log_scale))
    expected = [law.cdf(0.5) - law.cdf(-0.4), law.sf(0.5), law.cdf(-0.4)]
    ours = scenario_shares(np.array([location]), np.array([log_scale]), degrees, -0.4, 0.5)
    np.testing.assert_allclose(ours[0], expected, atol=1e-12)


@pytest.mark.parametrize("degrees", [2.0, 2.3, 4.7, 30.0, 150.4])
def test_share_above_is_that_of_scipy_far_into_the_tails(degrees: float):
    errors = np.concatenate([-np.geomspace(1e3, 1e-6, 60), np.geomspace(1e-6, 1e3, 60)])
    np.testing.assert_allclose(
        share_above(errors, degrees), stats.t.sf(errors, degrees), rtol=1e-11, atol=1e-14
    )


@given(levels, st.floats(-1, 1), degrees_of_freedom)
def test_slopes_of_log_shares_match_differences(location: float, log_scale: float, degrees: float):
    def log_shares(place: float, width: float) -> np.ndarray:
        return np.log(scenario_shares(np.array([place]), np.array([width]), degrees, -0.5, 0.5)[0])

    step = 1e-5
    by_location, by_scale = log_share_slopes(
        np.array([location]), np.array([log_scale]), degrees, -0.5, 0.5
    )
    across = log_shares(location + step, log_scale) - log_shares(location - step, log_scale)
    wider = log_shares(location, log_scale + step) - log_shares(location, log_scale - step)
    np.testing.assert_allclose(by_location[0], across / (2 * step), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(by_scale[0], wider / (2 * step), rtol=1e-4, atol=1e-5)


def test_likelihood_is_that_of_scipy(sample: tuple[np.ndarray, np.ndarray, np.ndarray]):
    values, inputs, scale_inputs = sample
    parameters = np.array([0.1, 0.2, -0.1, 0.3, -0.4, 0.15, 0.8])
    law = stats.t(
        2 + np.exp(0.8),
        loc=0.1 + inputs @ [0.2, -0.1, 0.3],
        scale=np.exp(-0.4 + 0.15 * scale_inputs[:, 0]),
    )
    total, gradient = log_likelihood(parameters, values, inputs, scale_inputs)
    assert total == pytest.approx(law.logpdf(values).sum(), rel=1e-12)
    numeric = optimize.approx_fprime(
        parameters, lambda p: log_likelihood(p, values, inputs, scale_inputs)[0], 1e-6
    )
    np.testing.assert_allclose(gradient, numeric, rtol=1e-4, atol=1e-3)


def test_fit_without_inputs_is_the_fit_of_scipy(
    sample: tuple[np.ndarray, np.ndarray, np.ndarray],
):
    values, none = sample[0], np.empty((400, 0))
    law = maximise(values, none, none, location_penalty=0.0, scale_penalty=0.0)
    degrees, location, scale = stats.t.fit(values)
    ours = [law.degrees, law.location, np.exp(law.log_scale)]
    np.testing.assert_allclose(ours, [degrees, location, scale], rtol=5e-3)


def test_infinite_penalty_leaves_no_slope(sample: tuple[np.ndarray, np.ndarray, np.ndarray]):
    law = maximise(*sample, location_penalty=1e9, scale_penalty=1e9)
    assert np.abs(np.append(law.location_slopes, law.scale_slopes)).max() < 1e-5
