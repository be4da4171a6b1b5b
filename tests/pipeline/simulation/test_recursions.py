import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import lfilter

from pipeline.simulation.recursions import autoregress, garch, smoothed, stationary

SHOCKS = np.random.default_rng(0).standard_normal(4000)


@given(persistence=st.floats(-0.99, 0.99))
def test_autoregression_is_the_linear_filter(persistence):
    expected = lfilter([1.0], [1.0, -persistence], SHOCKS[:200])
    np.testing.assert_allclose(autoregress(SHOCKS[:200], persistence), expected, atol=1e-9)


def test_smoothing_is_pandas_exponential_mean():
    expected = pd.Series(SHOCKS).ewm(halflife=7.0, adjust=False).mean()
    np.testing.assert_allclose(smoothed(SHOCKS, 7.0), expected, atol=1e-12)


def test_stationary_path_has_the_deviation_asked_for():
    path = stationary(np.random.default_rng(1).standard_normal(200_000), 0.95, 0.3)
    assert path.std() == pytest.approx(0.3, rel=0.03)


def test_garch_follows_its_formula():
    ratio = garch(np.array([-2.0, 1.0]), reaction=0.05, asymmetry=0.1, persistence=0.8)
    constant = 1.0 - 0.05 - 0.05 - 0.8
    first = constant + 0.15 * 4.0 + 0.8
    second = constant + 0.05 * first + 0.8 * first
    np.testing.assert_allclose(ratio, [1.0, first, second])


def test_garch_without_reaction_stays_at_one():
    assert (garch(SHOCKS, reaction=0.0, asymmetry=0.0, persistence=0.9) == 1.0).all()


def test_garch_has_mean_one_and_cannot_explode():
    calm = garch(SHOCKS, reaction=0.03, asymmetry=0.06, persistence=0.9)
    assert calm.mean() == pytest.approx(1.0, abs=0.15)
    wild = garch(np.full(500, -6.0), reaction=0.03, asymmetry=0.06, persistence=0.9)
    assert wild.max() <= 7.0
