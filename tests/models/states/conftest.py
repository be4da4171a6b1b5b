"""Small chains whose truth is known, and rows drawn from them."""

import numpy as np
import pandas as pd
import pytest

from models.states.filtering import FittedStates
from models.states.parameters import Parameters


@pytest.fixture(scope="session")
def chain():
    """Three states of two independent dimensions, the calm one first."""
    return Parameters(
        start=np.array([0.6, 0.3, 0.1]),
        transition=np.array([[0.95, 0.04, 0.01], [0.05, 0.90, 0.05], [0.02, 0.08, 0.90]]),
        means=np.array([[0.5, -1.0], [0.0, 0.5], [-1.0, 2.5]]),
        variances=np.array([[0.2, 0.1], [0.8, 0.2], [2.5, 0.4]]),
    )


@pytest.fixture(scope="session")
def draw():
    """Draw rows and their states from a chain; ``missing`` is the share of values removed."""

    def drawn(parameters, n_rows, seed=0, missing=0.0):
        random = np.random.default_rng(seed)
        n_states, n_dimensions = parameters.means.shape
        states = [random.choice(n_states, p=parameters.start)]
        for _ in range(n_rows - 1):
            states.append(random.choice(n_states, p=parameters.transition[states[-1]]))
        noise = random.normal(size=(n_rows, n_dimensions))
        values = parameters.means[states] + np.sqrt(parameters.variances[states]) * noise
        values[random.random(values.shape) < missing] = np.nan
        return values, np.array(states)

    return drawn


@pytest.fixture(scope="session")
def as_frame():
    """Rows as observations by session; the last dimension is the one that orders the states."""

    def framed(values):
        sessions = pd.bdate_range("2010-01-04", periods=len(values), name="session")
        names = [f"input_{d}" for d in range(values.shape[1] - 1)] + ["log_vix"]
        return pd.DataFrame(values, index=sessions, columns=names)

    return framed


@pytest.fixture(scope="session")
def as_fit():
    """A chain as a fit of the dimensions that ``as_frame`` names."""

    def fitted(parameters):
        n_states, n_dimensions = parameters.means.shape
        return FittedStates(
            dimensions=(*(f"input_{d}" for d in range(n_dimensions - 1)), "log_vix"),
            parameters=parameters,
            words=tuple(f"word {k}" for k in range(n_states)),
            fit_end=pd.Timestamp("2009-12-31"),
        )

    return fitted
