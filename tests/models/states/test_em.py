"""The climb against hmmlearn's own, and on what hmmlearn cannot do."""

import warnings
from contextlib import nullcontext
from dataclasses import replace

import numpy as np
import pytest
from hmmlearn.hmm import GaussianHMM
from hypothesis import given, settings
from hypothesis import strategies as st

from models.states.em import climb
from models.states.filtering import forward
from models.states.parameters import Parameters
from models.states.settings import StatesSettings

NEARLY_NO_PRIOR = 1e-9


def settings_for(chain, **changes):
    return StatesSettings(n_states=len(chain.start), **changes)


def test_complete_rows_give_what_hmmlearn_gives(chain, draw):
    values, _ = draw(chain, 800)
    chosen = settings_for(chain, prior_rows=NEARLY_NO_PRIOR, tolerance=1e-9)
    reached = climb(values, chain, chosen)
    reference = GaussianHMM(
        len(chain.start),
        covariance_type="diag",
        transmat_prior=1.0 + chosen.sticky * np.eye(len(chain.start)),
        covars_prior=0.0,
        init_params="",
        n_iter=len(reached.log_posteriors),
        tol=-np.inf,
    )
    reference.startprob_, reference.transmat_ = chain.start, chain.transition
    reference.means_, reference.covars_ = chain.means, chain.variances
    reference.fit(values)
    np.testing.assert_allclose(reached.parameters.means, reference.means_, atol=1e-6)
    np.testing.assert_allclose(reached.parameters.variances, reference._covars_, atol=1e-6)
    np.testing.assert_allclose(reached.parameters.transition, reference.transmat_, atol=1e-6)
    assert reached.log_likelihood == pytest.approx(reference.monitor_.history[-1], abs=1e-4)
    np.testing.assert_allclose(
        reached.occupancy, reference.predict_proba(values).mean(axis=0), atol=1e-5
    )


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_the_climb_ends_where_no_neighbour_is_likelier(chain, draw, missing):
    values, _ = draw(chain, 400, missing=missing)
    chosen = settings_for(chain, prior_rows=NEARLY_NO_PRIOR, sticky=0.0, tolerance=1e-9)
    found = climb(values, chain, chosen).parameters
    best = forward(values, found)[1]
    for step in (-1e-3, 1e-3):
        for k, d in np.ndindex(found.means.shape):
            means, variances = found.means.copy(), found.variances.copy()
            means[k, d] += step
            assert forward(values, replace(found, means=means))[1] < best
            variances[k, d] *= 1.0 + step
            assert forward(values, replace(found, variances=variances))[1] < best


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), missing=st.sampled_from([0.0, 0.2, 0.6]))
def test_the_log_posterior_never_falls(chain, draw, seed, missing):
    values, _ = draw(chain, 150, seed, missing)
    reached = climb(values, chain, settings_for(chain, prior_rows=1.0))
    history = np.array(reached.log_posteriors)
    assert (np.diff(history) > -1e-8 * np.abs(history[1:])).all()


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_a_known_chain_is_recovered(chain, draw, missing):
    values, _ = draw(chain, 4000, seed=11, missing=missing)
    values[:1500, 0] = np.nan if missing else values[:1500, 0]
    start = replace(chain, transition=np.full((3, 3), 1.0 / 3.0), means=0.5 * chain.means)
    found = climb(values, start, settings_for(chain, sticky=0.0)).parameters
    np.testing.assert_allclose(found.means, chain.means, atol=0.2)
    np.testing.assert_allclose(found.variances, chain.variances, rtol=0.25, atol=0.15)
    np.testing.assert_allclose(found.transition, chain.transition, atol=0.03)


def test_running_out_of_iterations_is_not_convergence(chain, draw):
    values, _ = draw(chain, 200)
    assert not climb(values, chain, settings_for(chain, max_iterations=2)).converged
    assert climb(values, chain, settings_for(chain)).converged


def test_the_floor_holds_in_every_state(chain, draw):
    values, states = draw(chain, 600)
    values[states == 0] = chain.means[0]
    found = climb(values, chain, settings_for(chain, variance_floor=0.05)).parameters
    assert found.variances.min() == pytest.approx(0.05, rel=1e-9)


def test_a_sticky_prior_lengthens_stays(chain, draw):
    values, _ = draw(chain, 300)
    free = climb(values, chain, settings_for(chain, sticky=0.0))
    held = climb(values, chain, settings_for(chain, sticky=1000.0))
    assert (np.diag(held.parameters.transition) > np.diag(free.parameters.transition)).all()


def test_a_transition_never_seen_stays_possible(chain, draw):
    ladder = np.array([[0.95, 0.05, 0.0], [0.05, 0.90, 0.05], [0.0, 0.1, 0.9]])
    values, _ = draw(replace(chain, transition=ladder), 1000)
    found = climb(values, chain, settings_for(chain)).parameters
    assert found.transition[0, 2] > 1e-4


def test_an_outlier_in_the_last_row_does_not_raise(chain, draw):
    values, _ = draw(chain, 200)
    values[-1] = 1e5
    found = climb(values, chain, settings_for(chain, sticky=0.0)).parameters
    assert np.isfinite(found.means).all()
    np.testing.assert_allclose(found.transition.sum(axis=1), 1.0)


def test_a_state_that_never_saw_a_dimension_takes_it_from_all_rows():
    random = np.random.default_rng(2)
    calm = np.column_stack([np.full(300, np.nan), random.normal(-1.0, 0.3, 300)])
    wild = np.column_stack([random.normal(0.0, 1.0, 300), random.normal(1.0, 0.3, 300)])
    start = Parameters(
        start=np.array([0.5, 0.5]),
        transition=np.array([[0.9, 0.1], [0.1, 0.9]]),
        means=np.array([[3.0, -1.0], [0.0, 1.0]]),
        variances=np.ones((2, 2)),
    )
    found = climb(np.vstack([calm, wild]), start, StatesSettings(n_states=2)).parameters
    assert found.means[0, 0] == pytest.approx(0.0, abs=1e-6)
    assert found.variances[0, 0] == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(
    ("message", "refused"),
    [("Setting the shape on a NumPy array has been deprecated", False), ("Anything else", True)],
)
def test_one_deprecation_of_hmmlearn_is_silenced_and_no_other(
    chain, draw, monkeypatch, message, refused
):
    def warn_and_normalize(array, axis=None):
        warnings.warn_explicit(message, DeprecationWarning, "utils.py", 1, module="hmmlearn.utils")
        array /= array.sum(axis=axis, keepdims=True)

    monkeypatch.setattr("hmmlearn.base.normalize", warn_and_normalize)
    values, _ = draw(chain, 50)
    with pytest.raises(DeprecationWarning) if refused else nullcontext():
        climb(values, chain, settings_for(chain))
