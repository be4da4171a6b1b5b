"""The plain volatility target of what one holds, with a no-trade band."""

from dataclasses import dataclass
from typing import ClassVar

from pipeline.desk.policy import Policy, Seen
from pipeline.desk.target import Array


@dataclass(frozen=True)
class Target(Policy):
    """Less where what is held has been wilder than the volatility aimed at, never on credit."""

    why: ClassVar = (
        "Holds what keeps the book at its target volatility: on real data from 2011 to 2025 no "
        "policy that looks at more did better than noise."
    )

    def wanted(self, seen: Seen) -> Array:
        """The target as it is."""
        return seen.target
