"""The risk tier, its exposure and the single action (S34, S39)."""

import numpy as np

from pipeline.desk.rules import Day
from pipeline.settings.desk import DeskSettings, TierSettings

RISK = "tightening_shock"
NO_TRADE = 4
"""The tier that says: do not trade."""

NOTHING, HEDGE, REDUCE, WAIT = "none", "hedge", "reduce", "wait"


def risk(day: Day, settings: TierSettings) -> float:
    """Probability of a tightening-shock, weighted over the windows."""
    return sum(
        weight * day.probabilities[window][RISK] for window, weight in settings.weights.items()
    )


def tier(day: Day, stack_count: int, *, defence: bool, settings: TierSettings) -> int:
    """Risk tier 0 (nothing in the way) to 4 (do not trade).

    Parameters
    ----------
    day
        The session.
    stack_count
        From `pipeline.desk.tape.stack`.
    defence
        From `pipeline.desk.checklist.defence_first`.
    settings
        Levels of risk; the state gives a floor; a high stack and defence raise by one each.
    """
    level = sum(risk(day, settings) >= begins for begins in settings.risk_levels)
    level = max(level, settings.state_tiers.get(day.state, 0))
    return min(level + (stack_count >= settings.stack_raises) + defence, NO_TRADE)


def exposure(level: int, volatility: float, settings: TierSettings) -> float:
    """Share of the capital to invest: volatility-targeted, scaled by the tier, never leveraged.

    Without a volatility the tier's scale alone decides.
    """
    known = not np.isnan(volatility) and volatility > 0
    targeted = min(settings.target_volatility / volatility, 1.0) if known else 1.0
    steps = round(targeted * settings.scales[level] / settings.rounding)
    return round(min(steps * settings.rounding, 1.0), 6)


def action(level: int, *, liquidation: bool, defence: bool, settings: TierSettings) -> str:
    """S34: exactly one of hedge, reduce, wait or none.

    Tier 4 waits: it does not trade. A liquidation-driven tape is never bought, and selling into
    it is selling to nobody: wait. Otherwise defence reduces, and each tier does as it is set.
    """
    if level == NO_TRADE or liquidation:
        return WAIT
    if level >= settings.reduce_from or defence:
        return REDUCE
    return HEDGE if level >= settings.hedge_from else NOTHING


def exposure_of(day: Day, level: int, settings: DeskSettings) -> float:
    """Exposure of a session at a tier."""
    volatility = float(day.values.get(settings.tier.volatility, np.nan))
    return exposure(level, volatility, settings.tier)
