"""Numbers as people read them."""

import numpy as np

NOTHING = "\N{EN DASH}"
"""Stands where there is no number."""


def percent(fraction: float | None, digits: int = 0, *, signed: bool = False) -> str:
    """A fraction as percent, or a dash when there is none."""
    if fraction is None or not np.isfinite(fraction):
        return NOTHING
    sign = "+" if signed else ""
    return f"{100 * fraction:{sign}.{digits}f} %".replace("-", "\N{MINUS SIGN}")


def number(value: float | None, digits: int = 2, *, signed: bool = False) -> str:
    """A number with a real minus sign, or a dash when there is none."""
    if value is None or not np.isfinite(value):
        return NOTHING
    sign = "+" if signed else ""
    return f"{value:{sign}.{digits}f}".replace("-", "\N{MINUS SIGN}")
