"""The audit's switches do look ahead, each in its own way and no other."""

import numpy as np
import pytest
from hmmlearn.hmm import GaussianHMM

from models.states.fitting import fit_states
from models.states.leaks import full_sample, smoothed, smoothed_history
from models.states.schedule import walk_forward
from models.states.settings import StatesSettings

SETTINGS = StatesSettings(
    n_states=3, min_train=250, refit_every=100, starts=0, first_starts=2, min_observed=100
)
STATES = ["state_0", "state_1", "state_2"]


@pytest.fixture(scope="module")
def observations(chain, draw, as_frame):
    return as_frame(draw(chain, 500, seed=4)[0])


def test_smoothing_agrees_with_hmmlearn(chain, draw, as_frame, as_fit):
    values, _ = draw(chain, 80)
    reference = GaussianHMM(3, covariance_type="diag")
    reference.n_features = values.shape[1]
    reference.startprob_, reference.transmat_ = chain.start, chain.transition
    reference.means_, reference.covars_ = chain.means, chain.variances
    told = smoothed(as_fit(chain), as_frame(values))
    np.testing.assert_allclose(told, reference.predict_proba(values), atol=1e-10)


def test_smoothed_history_keeps_the_fits_and_looks_ahead(observations):
    history = walk_forward(observations, SETTINGS)
    leaky = smoothed_history(history, observations)
    assert list(leaky.index) == list(history.posteriors.index)
    np.testing.assert_allclose(leaky.iloc[-1], history.posteriors[STATES].iloc[-1], atol=1e-12)
    assert not np.allclose(leaky, history.posteriors[STATES], atol=1e-3)


def test_full_sample_is_one_fit_on_everything(observations):
    told = full_sample(observations, SETTINGS)
    fit = fit_states(observations, SETTINGS).states
    assert fit.fit_end == observations.index[-1]
    np.testing.assert_array_equal(told, fit.filter(observations))
