"""Which starts are refused, and which of the rest is chosen."""

import numpy as np
import pytest

from models.states.candidates import WARM, Candidate, choose, compete, defect
from models.states.em import Climb
from models.states.parameters import Parameters
from models.states.settings import StatesSettings
from models.states.starts import cold_starts

TWO = StatesSettings(n_states=2)


def reached(**changes):
    """A sound climb on 1,000 rows, but for the changes."""
    stay = changes.pop("stay", 0.95)
    parameters = Parameters(
        start=np.array([0.5, 0.5]),
        transition=np.array([[stay, 1.0 - stay], [0.05, 0.95]]),
        means=np.array([[0.0], [1.0]]),
        variances=np.array([[0.3], [changes.pop("variance", 0.5)]]),
    )
    whole = {
        "parameters": parameters,
        "log_likelihood": -100.0,
        "log_posteriors": (-130.0, -120.0, -120.0),
        "converged": True,
        "occupancy": np.array([0.6, 0.4]),
    }
    return Climb(**(whole | changes))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"log_posteriors": (-130.0, -120.0, -120.0 - 1e-9)}, None),
        ({"converged": False}, "not converged after 3 iterations"),
        ({"log_posteriors": (-130.0, -120.0, -120.1)}, "its log posterior fell"),
        ({"occupancy": np.array([0.996, 0.004])}, "a state holds 0.40% of the rows"),
        ({"variance": 1e-3}, "a variance lies on the floor"),
        ({"stay": 0.9995}, "a state is never left"),
    ],
)
def test_defects(changes, reason):
    assert defect(reached(**changes), 1000, TWO) == reason


def candidate(start, log_posterior, why=None):
    return Candidate(start, reached(log_posteriors=(log_posterior,)), why)


@pytest.mark.parametrize(
    ("warm", "cold", "winner"),
    [
        (candidate(WARM, -100.0), candidate("k_means", -91.0), WARM),
        (candidate(WARM, -100.0), candidate("k_means", -89.0), "k_means"),
        (candidate(WARM, -100.0), candidate("k_means", -150.0), WARM),
        (candidate(WARM, -100.0, "unsound"), candidate("k_means", -150.0), "k_means"),
        (candidate(WARM, -100.0), candidate("k_means", -50.0, "unsound"), WARM),
    ],
)
def test_a_cold_start_wins_only_when_clearly_better(warm, cold, winner):
    assert choose((warm, cold), 10.0).start == winner
    assert choose((cold, warm), 10.0).start == winner


def test_nothing_is_chosen_when_nothing_is_sound():
    assert choose((candidate(WARM, -100.0, "unsound"),), 10.0) is None


def test_cold_starts_are_unlike_and_repeatable(chain, draw):
    values, _ = draw(chain, 500, missing=0.2)
    chosen = StatesSettings(n_states=3, seed=4)
    starts, again = (list(cold_starts(values, 5, chosen)) for _ in range(2))
    names = [name for name, _ in starts]
    assert names == ["k_means", "random_points", "random_blocks", "k_means", "random_points"]
    for (_, one), (_, other) in zip(starts, again, strict=True):
        np.testing.assert_array_equal(one.means, other.means)
    others = list(cold_starts(values, 5, StatesSettings(n_states=3, seed=5)))
    assert not np.array_equal(starts[1][1].means, others[1][1].means)


def test_every_start_climbs_to_a_sound_fit_of_a_plain_chain(chain, draw):
    values, _ = draw(chain, 1500, seed=3)
    chosen = StatesSettings(n_states=3)
    candidates = compete(values, cold_starts(values, 6, chosen), chosen)
    winner = choose(candidates, 10.0)
    assert winner.defect is None
    assert winner.log_posterior == max(one.log_posterior for one in candidates if not one.defect)
