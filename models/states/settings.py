"""Every knob of the states, with what each value assumes and what goes wrong at its ends."""

from dataclasses import dataclass


@dataclass(frozen=True)
class StatesSettings:
    """How the hidden Markov model is fitted, refitted and shown.

    Attributes
    ----------
    n_states
        Number of states K. Choose it by walk-forward loss and alignment margin: information
        criteria ask for ever more, because no Gaussian state fits fat tails.
    order_by
        Input dimension by whose mean the first fit numbers its states, calmest first, and by
        which every fit's states are put into words.
    min_train
        Sessions with at least one observed dimension before the first fit; no state is published
        before it.
    refit_every
        Sessions between refits. Each fit is used from the session after its last training row.
    starts
        Cold starts that challenge the previous fit at each refit, taking turns between k-means,
        random points and random blocks.
    first_starts
        Cold starts of the first fit, which has no previous fit to go on from.
    cold_margin_nats
        How much likelier (natural log) a cold start must be to replace the warm one. Near zero,
        the states jump between optima of equal merit; very large, a poor optimum stays for years.
    sticky
        Pseudo-count of staying put, added to each state's own transitions (Dirichlet prior).
    prior_rows
        Weight, in rows, of a pseudo-row in every state that follows the overall distribution of the
        training rows and moves on to any state alike. It decides what a state is where it has seen
        nothing, and keeps every transition possible. Above zero.
    variance_floor
        Least variance of a state, as a fraction of the training rows' own variance. Held in every
        M-step; a fit that ends on it is rejected.
    min_occupancy
        Least share of training rows that each state of an accepted fit holds.
    min_observed
        Training values that a dimension needs before a fit uses it; until then it counts as
        missing, so that a series just born does not define states by a handful of values.
    tolerance
        A fit has converged when an iteration adds less than this to the log posterior density.
    max_iterations
        Iterations after which a fit that has not converged is rejected.
    shown_at
        Posterior probability that another state must reach before the shown label moves to it.
        The posteriors themselves are never smoothed.
    seed
        Seed of the cold starts.

    Raises
    ------
    ValueError
        When a value lies outside its range; the message shows the value and the range.
    """

    n_states: int = 4
    order_by: str = "log_vix"
    min_train: int = 756
    refit_every: int = 63
    starts: int = 3
    first_starts: int = 9
    cold_margin_nats: float = 10.0
    sticky: float = 100.0
    prior_rows: float = 1.0
    variance_floor: float = 1e-3
    min_occupancy: float = 0.01
    min_observed: int = 252
    tolerance: float = 1e-3
    max_iterations: int = 1000
    shown_at: float = 0.95
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot work."""
        for name, (lowest, highest) in _RANGES.items():
            value = getattr(self, name)
            if not lowest <= value <= highest:
                raise ValueError(f"{name} is {value}; it must lie between {lowest} and {highest}")


_RANGES: dict[str, tuple[float, float]] = {
    "n_states": (2, 12),
    "min_train": (2, float("inf")),
    "refit_every": (1, float("inf")),
    "starts": (0, float("inf")),
    "first_starts": (1, float("inf")),
    "cold_margin_nats": (0.0, float("inf")),
    "sticky": (0.0, float("inf")),
    "prior_rows": (1e-9, float("inf")),
    "variance_floor": (1e-9, 1.0),
    "min_occupancy": (0.0, 0.5),
    "min_observed": (2, float("inf")),
    "tolerance": (1e-9, 1.0),
    "max_iterations": (2, float("inf")),
    "shown_at": (0.0, 1.0),
}
