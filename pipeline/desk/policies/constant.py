"""The mean exposure of the plain target, held throughout: a yardstick that knows the future."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pipeline.desk.policy import Policy, Seen
from pipeline.desk.target import Array


@dataclass(frozen=True)
class Constant(Policy):
    """What timing adds to the plain target is its distance from this.

    Its level is the mean over all sessions that are scored, which nobody knew before; a Sharpe
    ratio does not depend on the level.
    """

    why: ClassVar = "The plain target's mean exposure, held throughout."
    yardstick: ClassVar = True
    hindsight: ClassVar = True

    def wanted(self, seen: Seen) -> Array:
        """The mean of the target."""
        return np.full(len(seen.days), seen.target.mean())
