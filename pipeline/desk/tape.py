"""What kind of market it is: event, liquidation-driven or structural, cascade, stack, re-entry."""

from dataclasses import dataclass

from pipeline.desk.rules import Day, evaluate_conditions, is_met, reasons
from pipeline.settings.desk import DeskSettings

NONE, STRUCTURAL, LIQUIDATION = "none", "structural", "liquidation-driven"
QUIET, MISSING = "quiet", "missing"


@dataclass(frozen=True)
class Cascade:
    """Where the cascade stands (S37): the deepest active step, 0 for none, of so many."""

    step: int
    steps: int
    name: str
    active: tuple[str, ...]


@dataclass(frozen=True)
class Stack:
    """The stack count (S32) and what it counts; a part is None when its data are missing."""

    count: int
    parts: dict[str, bool | None]


def stack(day: Day, settings: DeskSettings) -> Stack:
    """S32: the more stack, the closer correlations go to one."""
    parts = {name: is_met(rule, day) for name, rule in settings.stack.items()}
    return Stack(sum(part is True for part in parts.values()), parts)


def event_kind(day: Day, settings: DeskSettings) -> tuple[str, list[str]]:
    """S35: the gravest kind of event whose conditions hold, with its evidence."""
    for kind, rule in settings.events.items():
        if is_met(rule, day):
            return kind, reasons(rule.conditions, day)
    return NONE, []


def tape(day: Day, settings: DeskSettings) -> str:
    """S36: liquidation-driven, structural (an event without liquidations), quiet, or missing.

    Missing when too few conditions are known for liquidations to be seen at all: without open
    interest no tape is called quiet.
    """
    if is_met(settings.liquidation, day):
        return LIQUIDATION
    if event_kind(day, settings)[0] != NONE:
        return STRUCTURAL
    evidence = evaluate_conditions(settings.liquidation.conditions, day)
    known = sum(each.met is not None for each in evidence)
    return MISSING if known < settings.liquidation.min_met else QUIET


def has_reset(day: Day, settings: DeskSettings) -> bool | None:
    """S36: whether open interest has reset; a liquidation-driven move does not reverse before."""
    return is_met(settings.reset, day)


def cascade(day: Day, settings: DeskSettings) -> Cascade:
    """S37: which steps of the cascade are active."""
    names = list(settings.cascade)
    active = [name for name, rule in settings.cascade.items() if is_met(rule, day)]
    deepest = active[-1] if active else NONE
    step = names.index(deepest) + 1 if active else 0
    return Cascade(step, len(names), deepest, tuple(active))


def reentry(day: Day, settings: DeskSettings) -> bool:
    """S38: correlation and volatility are back inside their bands, and nobody is forced to sell.

    Every band that is known must hold, and one must be known. A band whose data are missing asks
    for nothing: crypto's, in the years before it.
    """
    evidence = evaluate_conditions(settings.reentry, day)
    known = [each.met for each in evidence if each.met is not None]
    forced = tape(day, settings) == LIQUIDATION and not has_reset(day, settings)
    return bool(known) and all(known) and not forced
