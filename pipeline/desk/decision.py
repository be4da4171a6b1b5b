"""The rules in their order, from one session's numbers to its tier and its single action."""

from dataclasses import dataclass

from pipeline.desk.checklist import (
    DEFEND,
    EXECUTION,
    PASS,
    WARN,
    StepResult,
    check,
    defence_first,
)
from pipeline.desk.rules import Day, evaluate_conditions
from pipeline.desk.tape import (
    LIQUIDATION,
    Cascade,
    Stack,
    cascade,
    event_kind,
    has_reset,
    reentry,
    stack,
    tape,
)
from pipeline.desk.tier import ADD_NOTHING, NOTHING, REDUCE, action, risk, tier
from pipeline.settings.desk import DeskSettings


@dataclass(frozen=True)
class Decision:
    """What the desk says of a session.

    Attributes
    ----------
    checklist
        Five steps in order.
    defence
        Whether defence comes first (S31).
    event_evidence
        Conditions behind the kind of event, in words.
    open_interest_reset
        None when open interest is missing.
    risk
        Probability of a large move, as `pipeline.desk.tier.risk` has it.
    """

    checklist: tuple[StepResult, ...]
    defence: bool
    stack: Stack
    event_kind: str
    event_evidence: tuple[str, ...]
    tape: str
    open_interest_reset: bool | None
    cascade: Cascade
    reentry: bool
    risk: float
    tier: int
    action: str


def decide(day: Day, settings: DeskSettings) -> Decision:
    """Apply every rule to a session."""
    defence, stacked = defence_first(day, settings), stack(day, settings)
    level = tier(day, stacked.count, defence=defence, settings=settings.tier)
    tape_now, (kind, evidence) = tape(day, settings), event_kind(day, settings)
    liquidation = tape_now == LIQUIDATION
    act = action(level, liquidation=liquidation, defence=defence, settings=settings.tier)
    return Decision(
        checklist=(*check(day, settings), _execution(act, level, day, settings)),
        defence=defence,
        stack=stacked,
        event_kind=kind,
        event_evidence=tuple(evidence),
        tape=tape_now,
        open_interest_reset=has_reset(day, settings),
        cascade=cascade(day, settings),
        reentry=reentry(day, settings),
        risk=risk(day, settings.tier),
        tier=level,
        action=act,
    )


def tier_of(day: Day, settings: DeskSettings) -> int:
    """The tier alone, as `decide` gives it."""
    count, defence = raised_by(day, settings)
    return tier(day, count, defence=defence, settings=settings.tier)


def raised_by(day: Day, settings: DeskSettings) -> tuple[int, bool]:
    """What may raise the tier: the stack's count, and whether defence comes first."""
    return stack(day, settings).count, defence_first(day, settings)


def _execution(act: str, level: int, day: Day, settings: DeskSettings) -> StepResult:
    """Step 5: its evidence is what the action rests on besides the tier: the tape."""
    status = DEFEND if act == REDUCE or level == ADD_NOTHING else WARN
    conditions = {**settings.liquidation.conditions, **settings.reset.conditions}
    evidence = evaluate_conditions(conditions, day)
    return StepResult(EXECUTION, PASS if act == NOTHING else status, tuple(evidence))
