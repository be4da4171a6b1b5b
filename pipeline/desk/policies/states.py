"""Out of the market in the wildest state of the hidden Markov model: a yardstick."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pipeline.desk.policy import Policy, Seen
from pipeline.desk.target import Array


@dataclass(frozen=True)
class States(Policy):
    """All in, but out in one state.

    Attributes
    ----------
    out_in
        That state, by its word.
    """

    why: ClassVar = "All in, but out in the state that is called crisis."
    yardstick: ClassVar = True
    reads_target: ClassVar = False

    out_in: str = "crisis"

    def wanted(self, seen: Seen) -> Array:
        """0 in the state, else 1."""
        return np.where(seen.days["state"] == self.out_in, 0.0, 1.0)
