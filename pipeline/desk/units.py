"""Numbers for people: each unit of a feature as it is spoken."""

import math

from pipeline.base.words import number

FLAG = "flag"
YES, NO = "yes", "no"
_LOGARITHMIC = ("log return", "log ratio", "log change")
_MOVES = ("fraction a year", "fraction", "net share", "share of Federal Reserve assets")
_SUFFIX = {
    "percentage points": " pp",
    "standard deviations": " sd",
    "multiples": " x",
    "percent": " %",
}
_COUNTS = ("stage", "sessions", "weekdays")


def shown(value: float, unit: str) -> str:
    """A value with its unit: fractions and log moves in percent, flags as yes and no."""
    if unit == FLAG:
        return YES if value > 0.5 else NO
    if unit.startswith(_COUNTS):
        return f"{value:g}"
    if unit.startswith(_LOGARITHMIC):
        return f"{number(100 * math.expm1(value), 1)} %"
    if unit.startswith(_MOVES):
        return f"{number(100 * value, 1)} %"
    if unit.startswith("share"):
        return f"{100 * value:.0f} %"
    suffix = next((short for long, short in _SUFFIX.items() if unit.startswith(long)), "")
    return f"{number(value)}{suffix}"
