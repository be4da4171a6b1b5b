"""Starts compete: each climbs, unsound fits are refused, and a cold one must win clearly."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from models.states.em import Climb, climb
from models.states.parameters import Array, Parameters
from models.states.settings import StatesSettings

WARM = "warm"
"""Name of the start that goes on from the previous fit."""

_ROUNDING = 1e-9
"""A fall of the log posterior by less than this fraction of itself is rounding."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """One start and where it led.

    Attributes
    ----------
    start
        ``warm``, ``k_means``, ``random_points`` or ``random_blocks``.
    climb
        The fit that it reached, in standardised units.
    defect
        Why it is refused; None when it is sound.
    """

    start: str
    climb: Climb
    defect: str | None

    @property
    def log_posterior(self) -> float:
        """Log likelihood plus log prior that the start reached, in nats."""
        return self.climb.log_posteriors[-1]


def compete(
    values: Array, starts: Iterable[tuple[str, Parameters]], settings: StatesSettings
) -> tuple[Candidate, ...]:
    """Climb from every start; ``values`` are standardised, shape (n, D), NaN says missing."""
    candidates = []
    # How many threads share a sum of products moves its last bits, and where it is climbed, here or
    # in a worker, how many there are.
    with threadpool_limits(1, "blas"):
        for name, start in starts:
            reached = climb(values, start, settings)
            candidates.append(Candidate(name, reached, defect(reached, len(values), settings)))
    return tuple(candidates)


def choose(candidates: tuple[Candidate, ...], cold_margin_nats: float) -> Candidate | None:
    """Take the likeliest sound candidate, the warm one unless a cold one beats it by the margin."""
    sound = [one for one in candidates if one.defect is None]
    if not sound:
        return None
    best = max(sound, key=lambda one: one.log_posterior)
    warm = next((one for one in sound if one.start == WARM), best)
    return best if best.log_posterior > warm.log_posterior + cold_margin_nats else warm


def defect(reached: Climb, n_rows: int, settings: StatesSettings) -> str | None:
    """Say why a fit must not be used.

    Returns
    -------
    str or None
        The first that holds: not converged; a log posterior that fell; a state with too few rows;
        a variance on the floor; a state that lasts longer than all the training rows.
    """
    history, parameters = np.asarray(reached.log_posteriors), reached.parameters
    if not reached.converged:
        return f"not converged after {len(history)} iterations"
    if (np.diff(history) < -_ROUNDING * np.abs(history[1:])).any():
        return "its log posterior fell"
    if reached.occupancy.min() < settings.min_occupancy:
        return f"a state holds {reached.occupancy.min():.2%} of the rows"
    if parameters.variances.min() <= settings.variance_floor * (1.0 + 1e-6):
        return "a variance lies on the floor"
    if (1.0 - np.diag(parameters.transition)).min() < 1.0 / n_rows:
        return "a state is never left"
    return None
