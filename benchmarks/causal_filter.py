"""One forward pass of the causal filter against filtering every prefix for its last row."""

from collections.abc import Iterator

import numpy as np
from hmmlearn.hmm import GaussianHMM
from numpy.typing import NDArray

from benchmarks.command import command
from benchmarks.comparison import Comparison
from benchmarks.measure import call, in_turn
from benchmarks.project import Run
from models.states.filtering import forward
from models.states.parameters import Parameters

PREFIXES = "hmmlearn's predict_proba on every prefix"
_STATES, _DIMENSIONS = 4, 2


def measure(run: Run) -> Iterator[Comparison]:
    """The same chain over as many sessions; no market is needed."""
    sessions = run.pick(smallest=50, quick=1500, full=5000)
    values, chain = observations(sessions), parameters()
    hmm = _hmmlearn(chain)

    def by_prefix() -> list[NDArray[np.float64]]:
        return [hmm.predict_proba(values[: end + 1])[-1] for end in range(sessions)]

    np.testing.assert_allclose(np.array(by_prefix()), forward(values, chain)[0], atol=1e-8)
    last = forward(values[:-1], chain)[0][-1]
    cases = {
        PREFIXES: lambda: call(by_prefix),
        "one forward pass": lambda: call(lambda: forward(values, chain)),
        "one more session": lambda: call(lambda: forward(values[-1:], chain, last)),
    }
    repetitions = run.pick(smallest=1, quick=3, full=5)
    yield Comparison(
        f"causal filter over {sessions} sessions", PREFIXES, in_turn(cases, repetitions)
    )


def observations(sessions: int) -> NDArray[np.float64]:
    """Made-up values of two dimensions."""
    return np.random.default_rng(1).normal(size=(sessions, _DIMENSIONS))


def parameters() -> Parameters:
    """A chain of four persistent states."""
    stay = 0.9
    transition = np.full((_STATES, _STATES), (1 - stay) / (_STATES - 1))
    np.fill_diagonal(transition, stay)
    means = np.linspace(-1.0, 1.0, _STATES)[:, None] * np.ones(_DIMENSIONS)
    start = np.full(_STATES, 1 / _STATES)
    return Parameters(start, transition, means, np.ones((_STATES, _DIMENSIONS)))


def _hmmlearn(chain: Parameters) -> GaussianHMM:
    hmm = GaussianHMM(_STATES)
    hmm.startprob_, hmm.transmat_ = chain.start, chain.transition
    hmm.means_, hmm.covars_ = chain.means, chain.variances
    return hmm


if __name__ == "__main__":
    command(measure)
