"""The plain target, scaled down as a tightening-shock gets likelier: cover for a crisis."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from pipeline.desk.policy import Policy, Seen
from pipeline.desk.target import Array
from pipeline.desk.tier import raised_tier


@dataclass(frozen=True)
class Insurance(Policy):
    """A fraction of the target in each of five steps, which are those of the tier by another risk.

    The tier asks for a large move of either sign; who insures asks for a bad one, so that the
    steps begin at levels of the probability of a tightening-shock. Floors and raises are the
    tier's.

    Attributes
    ----------
    weights
        Weight of each window's probability; they sum to 1.
    levels
        Probability at which steps 1 to 4 begin.
    scales
        Fractions of the target in steps 0 to 4.
    """

    why: ClassVar = (
        "Scales the plain target down as a tightening-shock gets likelier: cover for a long "
        "crisis, paid for in every quick recovery."
    )

    weights: Mapping[str, float] = field(default_factory=lambda: {"now": 0.5, "ahead": 0.5})
    levels: Sequence[float] = (0.20, 0.30, 0.40, 0.55)
    scales: Sequence[float] = (1.0, 0.85, 0.6, 0.3, 0.0)

    def __post_init__(self) -> None:
        weights, levels = list(self.weights.values()), list(self.levels)
        of_one = min(weights) >= 0.0 and math.isclose(sum(weights), 1.0)
        rising = levels == sorted(levels) and levels[0] >= 0.0
        fractions = all(0.0 <= scale <= 1.0 for scale in self.scales)
        self.require("weights", "0 or more each, and 1 in all", met=of_one)
        self.require("levels", "0 or more, none below the one before", met=rising)
        self.require("scales", "from 0 to 1 each", met=fractions)

    @property
    def windows(self) -> Collection[str]:
        """Those that make its risk."""
        return self.weights.keys()

    def wanted(self, seen: Seen) -> Array:
        """Scale each evening's target by its step."""
        days = seen.days
        risk = np.zeros(len(days))
        for window, weight in self.weights.items():
            risk += weight * seen.probability("tightening_shock", window)
        rows = zip(risk, days["floor"], days["raises"], strict=True)
        steps = [raised_tier(r, self.levels, floor, raises) for r, floor, raises in rows]
        return seen.target * np.asarray(self.scales)[steps]
