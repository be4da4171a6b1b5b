"""The risk tier, how large the next moves are likely to be, and the single action (S34, S39)."""

from collections.abc import Sequence

from pipeline.desk.rules import Day
from pipeline.settings.desk import TierSettings

NO_MOVE = "base"
"""The scenario in which conditions neither tighten nor ease much."""
ADD_NOTHING = 4
"""The tier at which nothing is added: what is held may only shrink."""

NOTHING, HEDGE, REDUCE, WAIT = "none", "hedge", "reduce", "wait"


def risk(day: Day, settings: TierSettings) -> float:
    """Probability of a large move of either sign: of anything but ``base``."""
    return 1.0 - day.probabilities[settings.window][NO_MOVE]


def tier(day: Day, stack_count: int, *, defence: bool, settings: TierSettings) -> int:
    """Risk tier 0 (small moves are likely) to 4 (nothing is added).

    By the level that the risk reaches and the state's floor; a high stack count and defence raise
    it by one each.
    """
    return raised_tier(
        risk(day, settings),
        settings.risk_levels,
        floor(day.state, settings),
        raises(stack_count, defence=defence, settings=settings),
    )


def raised_tier(risk: float, levels: Sequence[float], floor: int, raises: int) -> int:
    """How many levels a risk reaches, at least the floor, raised but never beyond `ADD_NOTHING`."""
    level = sum(risk >= begins for begins in levels)
    return min(max(level, floor) + raises, ADD_NOTHING)


def floor(state: str, settings: TierSettings) -> int:
    """Lowest tier in a state."""
    return settings.state_tiers.get(state, 0)


def raises(stack_count: int, *, defence: bool, settings: TierSettings) -> int:
    """By how many tiers stack and defence raise it."""
    return (stack_count >= settings.stack_raises) + defence


def action(level: int, *, liquidation: bool, defence: bool, settings: TierSettings) -> str:
    """S34: exactly one of hedge, reduce, wait or none.

    Tier 4 waits: it adds nothing. A liquidation-driven tape is never bought, and selling into
    it is selling to nobody: wait. Otherwise defence reduces, and each tier does as it is set.
    """
    if level == ADD_NOTHING or liquidation:
        return WAIT
    if level >= settings.reduce_from or defence:
        return REDUCE
    return HEDGE if level >= settings.hedge_from else NOTHING
