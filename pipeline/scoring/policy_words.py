"""What the scores of policies say, in plain English, for the terminal and the page to paint."""

from collections.abc import Mapping
from typing import Any

from pipeline.desk.policy import TARGET

INSURANCE = "insurance"
_MARKED = 0.005
"""Difference of a year's return below which it is not told."""
_LONG_CRISIS = "2008"


def verdict(results: Mapping[str, Any], holding: str) -> str:
    """What the evidence supports, and by how much the other policies differ from it."""
    scores = results["holdings"][holding]["policies"]
    told = [
        f"{name} {_difference(of['over_target'])}"
        for name, of in scores.items()
        if name != TARGET and not of["yardstick"]
    ]
    proven = [
        name
        for name, of in scores.items()
        if not of["yardstick"] and (of["over_target"]["low"] or 0.0) > 0
    ]
    supported = (
        f"{' and '.join(proven)} did better than noise on these days"
        if proven
        else "no policy that looks at more did better than noise, so target is what the evidence "
        "supports"
    )
    return f"Difference of Sharpe to the plain target: {'; '.join(told)}. Here {supported}."


def price_of_insurance(results: Mapping[str, Any], holding: str) -> str:
    """The years in which insurance cost and paid most, of those that are scored."""
    scores = results["holdings"][holding]["policies"]
    gap = {
        year: scores[INSURANCE]["by_year"][year]["return"] - of["return"]
        for year, of in scores[TARGET]["by_year"].items()
    }
    ranked = sorted(gap, key=lambda year: gap[year])
    parts = []
    if gap[ranked[0]] < -_MARKED:
        parts.append(f"cost most in {_year(ranked[0], scores)}")
    if gap[ranked[-1]] > _MARKED:
        parts.append(f"paid most in {_year(ranked[-1], scores)}")
    crisis = (
        ""
        if min(gap) <= _LONG_CRISIS
        else (f" No long crisis like {_LONG_CRISIS}, which it is meant for, is among these days.")
    )
    deepest = [100 * scores[name]["delays"]["1"]["max_drawdown"] for name in (INSURANCE, TARGET)]
    return (
        f"Insurance {' and '.join(parts) or 'made no difference'}; its deepest fall was "
        f"{deepest[0]:.0f} % against {deepest[1]:.0f} %.{crisis}"
    )


def _year(year: str, scores: Mapping[str, Any]) -> str:
    returns = [100 * scores[name]["by_year"][year]["return"] for name in (INSURANCE, TARGET)]
    return f"{year} ({returns[0]:+.1f} % against the target's {returns[1]:+.1f} %)"


def _difference(of: Mapping[str, float | None]) -> str:
    value, low, high = of["value"], of["low"], of["high"]
    if value is None:
        return "not known, for want of moves"
    if low is None or high is None:
        return f"{value:+.2f}, too few sessions for an interval"
    return f"{value:+.2f} ({low:+.2f} to {high:+.2f})"
