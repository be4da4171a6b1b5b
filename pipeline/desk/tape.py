"""What kind of market it is: event, liquidation-driven or structural, cascade, stack, re-entry."""

from dataclasses import dataclass

from pipeline.desk.rules import Day, holds, look, reasons
from pipeline.settings.desk import DeskSettings

NONE, STRUCTURAL, LIQUIDATION = "none", "structural", "liquidation-driven"
QUIET, MISSING = "quiet", "missing"


@dataclass(frozen=True)
class Cascade:
    """Where the six-step cascade stands (S37): the deepest active step, 0 for none."""

    step: int
    name: str
    active: tuple[str, ...]


@dataclass(frozen=True)
class Stack:
    """The stack count (S32) and what it counts; a part is None when its data are missing."""

    count: int
    parts: dict[str, bool | None]


def stack(day: Day, settings: DeskSettings) -> Stack:
    """S32: the more stack, the closer correlations go to one."""
    parts = {name: holds(rule, day) for name, rule in settings.stack.items()}
    return Stack(sum(part is True for part in parts.values()), parts)


def event_kind(day: Day, settings: DeskSettings) -> tuple[str, list[str]]:
    """S35: the gravest kind of event whose conditions hold, with its evidence."""
    for kind, rule in settings.events.items():
        if holds(rule, day):
            return kind, reasons(rule.conditions, day)
    return NONE, []


def tape(day: Day, settings: DeskSettings) -> str:
    """S36: liquidation-driven, structural (an event without liquidations), quiet, or missing.

    Missing when too few conditions are known for liquidations to be seen at all: without open
    interest no tape is called quiet.
    """
    if holds(settings.liquidation, day):
        return LIQUIDATION
    if event_kind(day, settings)[0] != NONE:
        return STRUCTURAL
    known = [each for each in look(settings.liquidation.conditions, day) if each.met is not None]
    return MISSING if len(known) < settings.liquidation.least else QUIET


def has_reset(day: Day, settings: DeskSettings) -> bool | None:
    """S36: whether open interest has reset; a liquidation-driven move does not reverse before."""
    return holds(settings.reset, day)


def cascade(day: Day, settings: DeskSettings) -> Cascade:
    """S37: which steps of the cascade are active."""
    names = list(settings.cascade)
    active = [name for name, rule in settings.cascade.items() if holds(rule, day)]
    deepest = active[-1] if active else NONE
    return Cascade(names.index(deepest) + 1 if active else 0, deepest, tuple(active))


def reentry(day: Day, settings: DeskSettings) -> bool:
    """S38: correlation and volatility are back inside their bands, and nobody is forced to sell.

    Every band that is known must hold, and one must be known. A band whose data are missing asks
    for nothing: crypto's, in the years before it.
    """
    known = [each.met for each in look(settings.reentry, day) if each.met is not None]
    forced = tape(day, settings) == LIQUIDATION and not has_reset(day, settings)
    return bool(known) and all(known) and not forced
