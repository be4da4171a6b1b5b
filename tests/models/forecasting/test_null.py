import numpy as np
import pandas as pd
import pytest

from models.forecasting.null import random_regimes

SESSIONS = pd.bdate_range("2000-01-03", "2024-12-31", name="session")
SETTINGS = {"stay": 0.96, "states": 3, "seed": 7}


def test_a_state_depends_on_its_date_only():
    whole = random_regimes(SESSIONS, **SETTINGS)
    assert (random_regimes(SESSIONS[1000:3000], **SETTINGS) == whole[1000:3000]).all()
    assert random_regimes(SESSIONS[[4321]], **SETTINGS)[0] == whole[4321]


def test_states_persist_as_asked_and_are_equally_frequent():
    chain = random_regimes(SESSIONS, **SETTINGS)
    assert np.mean(chain[1:] == chain[:-1]) == pytest.approx(0.96, abs=0.01)
    assert np.bincount(chain) / len(chain) == pytest.approx(np.full(3, 1 / 3), abs=0.1)


def test_a_leaving_chain_goes_to_either_other_state():
    chain = random_regimes(SESSIONS, **SETTINGS)
    left = chain[:-1] != chain[1:]
    steps = (chain[1:] - chain[:-1])[left] % 3
    assert np.mean(steps == 1) == pytest.approx(0.5, abs=0.1)


def test_seeds_differ():
    other = random_regimes(SESSIONS, **(SETTINGS | {"seed": 8}))
    assert np.mean(other == random_regimes(SESSIONS, **SETTINGS)) < 0.6
