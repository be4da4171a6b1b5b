"""The filter against independent filters: brute force, hmmlearn by prefixes, statsmodels."""

import itertools
import json
import subprocess
import sys

import numpy as np
import pytest
from hmmlearn.hmm import GaussianHMM
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal
from statsmodels.tsa.regime_switching.markov_regression import MarkovRegression

from models.states.filtering import FittedStates, forward
from models.states.parameters import Parameters


def as_hmmlearn(parameters):
    n_states, n_dimensions = parameters.means.shape
    model = GaussianHMM(n_states, covariance_type="diag")
    model.n_features = n_dimensions
    model.startprob_, model.transmat_ = parameters.start, parameters.transition
    model.means_, model.covars_ = parameters.means, parameters.variances
    return model


def marginal(row, mean, variances):
    """Density of what is observed of a row, by SciPy."""
    seen = ~np.isnan(row)
    if not seen.any():
        return 1.0
    return multivariate_normal(mean[seen], np.diag(variances[seen])).pdf(row[seen])


def enumerate_paths(values, parameters):
    """Probability of each row's state given the rows so far, by summing over all paths."""
    n_rows, n_states = len(values), len(parameters.start)
    states = list(zip(parameters.means, parameters.variances, strict=True))
    densities = np.array([[marginal(row, *state) for state in states] for row in values])
    joint = np.zeros(n_states)
    for path in itertools.product(range(n_states), repeat=n_rows):
        weight = parameters.start[path[0]] * densities[0, path[0]]
        for t in range(1, n_rows):
            weight *= parameters.transition[path[t - 1], path[t]] * densities[t, path[t]]
        joint[path[-1]] += weight
    return joint / joint.sum(), np.log(joint.sum())


def test_filter_is_the_last_row_of_smoothing_each_prefix(chain, draw):
    values, _ = draw(chain, 60)
    posteriors, log_likelihood = forward(values, chain)
    reference = as_hmmlearn(chain)
    by_prefix = [reference.predict_proba(values[: t + 1])[-1] for t in range(len(values))]
    np.testing.assert_allclose(posteriors, by_prefix, atol=1e-10)
    assert log_likelihood == pytest.approx(reference.score(values), abs=1e-8)


def test_filter_agrees_with_all_paths_when_values_are_missing(chain, draw):
    values, _ = draw(chain, 6, seed=3, missing=0.4)
    values[2] = np.nan
    posteriors, _ = forward(values, chain)
    for t in range(len(values)):
        expected, log_likelihood = enumerate_paths(values[: t + 1], chain)
        np.testing.assert_allclose(posteriors[t], expected, atol=1e-12)
        assert forward(values[: t + 1], chain)[1] == pytest.approx(log_likelihood, abs=1e-10)


def test_filter_agrees_with_the_hamilton_filter_of_statsmodels():
    random = np.random.default_rng(1)
    returns = np.where(np.arange(300) % 100 < 60, 0.3, 2.0) * random.normal(size=300)
    chain = Parameters(
        start=np.array([0.625, 0.375]),
        transition=np.array([[0.97, 0.03], [0.05, 0.95]]),
        means=np.array([[0.1], [-0.2]]),
        variances=np.array([[0.1], [4.0]]),
    )
    model = MarkovRegression(returns, k_regimes=2, switching_variance=True)
    reference = model.filter([0.97, 0.05, 0.1, -0.2, 0.1, 4.0])
    posteriors, log_likelihood = forward(returns[:, None], chain)
    np.testing.assert_allclose(chain.stationary(), chain.start, atol=1e-12)
    np.testing.assert_allclose(posteriors, reference.filtered_marginal_probabilities, atol=1e-10)
    assert log_likelihood == pytest.approx(reference.llf, abs=1e-8)


@settings(max_examples=30, deadline=None)
@given(cut=st.integers(1, 79), seed=st.integers(0, 1000), missing=st.sampled_from([0.0, 0.3, 0.9]))
def test_filter_in_two_parts_is_the_filter_in_one(chain, draw, cut, seed, missing):
    values, _ = draw(chain, 80, seed, missing)
    whole, _ = forward(values, chain)
    head, _ = forward(values[:cut], chain)
    tail, _ = forward(values[cut:], chain, head[-1])
    np.testing.assert_array_equal(whole, np.vstack([head, tail]))


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1000), scale=st.floats(1e-3, 1e3), shift=st.floats(-100.0, 100.0))
def test_posteriors_are_probabilities_in_any_units(chain, draw, seed, scale, shift):
    values, _ = draw(chain, 50, seed, 0.3)
    posteriors, _ = forward(values, chain)
    assert (posteriors >= 0.0).all()
    np.testing.assert_allclose(posteriors.sum(axis=1), 1.0, atol=1e-12)
    scales = scale * np.arange(1.0, values.shape[1] + 1.0)
    moved = chain.transformed(np.full(values.shape[1], shift), scales)
    elsewhere, _ = forward(values * scales + shift, moved)
    np.testing.assert_allclose(elsewhere, posteriors, atol=1e-5)


def test_nothing_observed_moves_the_posterior_by_the_transitions_alone(chain):
    posteriors, log_likelihood = forward(np.full((3, chain.means.shape[1]), np.nan), chain)
    expected = [chain.start @ np.linalg.matrix_power(chain.transition, t) for t in range(3)]
    np.testing.assert_allclose(posteriors, expected, atol=1e-12)
    assert log_likelihood == pytest.approx(0.0, abs=1e-12)


def test_an_outlier_leaves_a_posterior(chain, draw):
    values, _ = draw(chain, 20)
    values[10] = 1e6
    posteriors, log_likelihood = forward(values, chain)
    assert np.isfinite(posteriors).all()
    assert np.isfinite(log_likelihood)


def test_a_dimension_unused_by_the_fit_is_ignored(chain, draw, as_fit, as_frame):
    values, _ = draw(chain, 30)
    unused = Parameters(
        chain.start,
        chain.transition,
        chain.means * [np.nan, 1.0],
        chain.variances * [np.nan, 1.0],
    )
    without = values.copy()
    without[:, 0] = np.nan
    np.testing.assert_array_equal(
        as_fit(unused).filter(as_frame(values)), as_fit(chain).filter(as_frame(without))
    )


def test_a_fit_survives_json(chain, draw, as_fit, as_frame):
    fit, observations = as_fit(chain), as_frame(draw(chain, 30)[0])
    text = json.dumps(fit.fitted_state(), default=np.ndarray.tolist)
    restored = FittedStates.restore(json.loads(text))
    assert (restored.words, restored.fit_end) == (fit.words, fit.fit_end)
    np.testing.assert_array_equal(restored.filter(observations), fit.filter(observations))


def test_columns_are_found_by_name(chain, draw, as_fit, as_frame):
    fit, observations = as_fit(chain), as_frame(draw(chain, 10)[0])
    swapped = observations[["log_vix", "input_0"]].assign(other=1.0)
    np.testing.assert_array_equal(fit.filter(swapped), fit.filter(observations))
    with pytest.raises(ValueError, match="lack input_0; found log_vix"):
        fit.filter(observations[["log_vix"]])
    with pytest.raises(ValueError, match="infinite values in log_vix"):
        fit.filter(observations.replace({"log_vix": observations["log_vix"].iloc[3]}, np.inf))


def test_scoring_imports_no_fitting_library():
    script = (
        "import sys, models.states.tracking, models.states.settings, models.states.describe;"
        "print([m for m in ('hmmlearn', 'sklearn', 'scipy', 'lightgbm') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
