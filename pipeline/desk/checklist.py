"""The five-step checklist (S30), and whether defence comes first (S31)."""

from dataclasses import dataclass
from typing import Any

from pipeline.desk.rules import Day, Evidence, evaluate_conditions, met_count
from pipeline.settings.desk import DeskSettings, Step

PASS, WARN, DEFEND, MISSING = "pass", "warn", "defend", "missing"
EXECUTION = "execution"
"""The fifth step: its status follows from the action (S34)."""


@dataclass(frozen=True)
class StepResult:
    """One step held against a session."""

    step: str
    status: str
    evidence: tuple[Evidence, ...]

    @property
    def age(self) -> int | None:
        """Sessions since the oldest observation that it rests on."""
        ages = [each.age for each in self.evidence if each.met is not None and each.age is not None]
        return max(ages, default=None)

    def document(self) -> dict[str, Any]:
        """The step for scripts."""
        return {
            "step": self.step,
            "status": self.status,
            "evidence": [each.document() for each in self.evidence],
            "age_sessions": self.age,
        }


def check(day: Day, settings: DeskSettings) -> list[StepResult]:
    """Steps 1 to 4 in the order of ``params.yaml``."""
    return [_step(name, step, day) for name, step in settings.checklist.items()]


def defence_first(day: Day, settings: DeskSettings) -> bool:
    """S31: rates and dollar, leadership and crypto all point to risk-off."""
    return all(_status(settings.checklist[n], day) in (WARN, DEFEND) for n in settings.defence)


def _step(name: str, step: Step, day: Day) -> StepResult:
    return StepResult(name, _status(step, day), tuple(evaluate_conditions(step.conditions, day)))


def _status(step: Step, day: Day) -> str:
    met = met_count(step.conditions, day)
    if met is None:
        return MISSING
    if met >= step.defend:
        return DEFEND
    return WARN if met >= step.warn else PASS
