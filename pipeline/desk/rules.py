"""Conditions on features, held against one session: the language that every rule is written in."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.desk.units import FLAG, YES, shown
from pipeline.settings.desk import Conditions, Limit, Rule


@dataclass(frozen=True)
class Day:
    """What the rules know of one session.

    Attributes
    ----------
    values
        By feature; NaN or absent says missing.
    probabilities
        By window: probability of each scenario.
    state
        Word of the hidden Markov model's state.
    ages
        Sessions since the oldest observation behind each value; None where there is none.
    labels, units
        Words for each value and its unit, for people.
    """

    values: Mapping[str, float]
    probabilities: Mapping[str, Mapping[str, float]]
    state: str
    ages: Mapping[str, int | None] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Evidence:
    """One condition with its numbers; ``met`` None says that its value is missing."""

    name: str
    label: str
    limit: Limit
    value: float
    met: bool | None
    age: int | None
    unit: str

    @property
    def text(self) -> str:
        """The condition for people: what, its value, its bounds."""
        if self.met is None:
            return f"{self.label}: missing"
        given = shown(self.value, self.unit)
        if self.unit == FLAG:
            return f"{self.label}: {given}"
        return f"{self.label} {given} ({self._bounds()})"

    @property
    def brief(self) -> str:
        """What is met, without its bounds; a flag that is up by its words alone."""
        given = shown(self.value, self.unit)
        if self.unit == FLAG:
            return self.label if given == YES else self.text
        return f"{self.label} {given}"

    def document(self) -> dict[str, Any]:
        """The condition for scripts."""
        return {
            "feature": self.name,
            "value": None if self.met is None else self.value,
            "unit": self.unit,
            "above": self.limit.above,
            "below": self.limit.below,
            "met": self.met,
            "age_sessions": self.age,
            "text": self.text,
            "brief": self.brief,
        }

    def _bounds(self) -> str:
        given = (("above", self.limit.above), ("below", self.limit.below))
        return ", ".join(f"{word} {shown(b, self.unit)}" for word, b in given if b is not None)


def evaluate_conditions(conditions: Conditions, day: Day) -> list[Evidence]:
    """Hold every condition against a session."""
    return [_evidence(name, limit, day) for name, limit in conditions.items()]


def met_count(conditions: Conditions, day: Day) -> int | None:
    """How many conditions are met; None when every value is missing."""
    answers = [
        _inside(value, limit)
        for name, limit in conditions.items()
        if not math.isnan(value := day.values.get(name, math.nan))
    ]
    return sum(answers) if answers else None


def is_met(rule: Rule, day: Day) -> bool | None:
    """Whether enough conditions of a rule are met; None when it knows nothing."""
    met = met_count(rule.conditions, day)
    return None if met is None else met >= rule.min_met


def reasons(conditions: Conditions, day: Day) -> list[str]:
    """Texts of the conditions that are met."""
    return [each.text for each in evaluate_conditions(conditions, day) if each.met]


def _evidence(name: str, limit: Limit, day: Day) -> Evidence:
    value = float(day.values.get(name, math.nan))
    met = None if math.isnan(value) else _inside(value, limit)
    label, unit = day.labels.get(name, name), day.units.get(name, "")
    return Evidence(name, label, limit, value, met, day.ages.get(name), unit)


def _inside(value: float, limit: Limit) -> bool:
    return (limit.above is None or value > limit.above) and (
        limit.below is None or value < limit.below
    )
