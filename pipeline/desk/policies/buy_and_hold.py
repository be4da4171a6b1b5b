"""All in, always: a yardstick."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pipeline.desk.policy import Policy, Seen
from pipeline.desk.target import Array


@dataclass(frozen=True)
class BuyAndHold(Policy):
    """What deciding nothing earns."""

    why: ClassVar = "All in, always."
    yardstick: ClassVar = True
    reads_target: ClassVar = False

    def wanted(self, seen: Seen) -> Array:
        """Ones."""
        return np.ones(len(seen.days))
