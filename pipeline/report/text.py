"""Numbers as people read them."""

import re
from collections.abc import Sequence

import numpy as np
from markupsafe import Markup, escape

from pipeline.base.visible import visible

_COMMAND = re.compile(r"`([^`]+)`")
_MINUS = re.compile(r"(?<!\w)-(?=\d)")
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=%|(?:pp|pt|sd|bp)\b)")

NOTHING = "\N{EN DASH}"
"""Stands where there is no number."""


def listed(names: Sequence[str]) -> str:
    """Names as a sentence lists them: a, b and c."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def typeset(text: str) -> str:
    """Text as the page prints it: a real minus sign, and no line break before a unit.

    A call and a bundle are read from files, so what would steer a browser's text is replaced.
    """
    shown = _MINUS.sub("\N{MINUS SIGN}", visible(text))
    return _BEFORE_UNIT.sub("\N{NO-BREAK SPACE}", shown)


def commands(text: str) -> Markup:
    """Text for the page, in which what stands between backticks is set as a command."""
    safe = str(escape(typeset(text)))
    return Markup(_COMMAND.sub(r"<code>\1</code>", safe))  # noqa: S704 - escaped


def percent(fraction: float | None, digits: int = 0, *, signed: bool = False) -> str:
    """A fraction as percent, or a dash when there is none."""
    if fraction is None or not np.isfinite(fraction):
        return NOTHING
    return f"{number(100 * fraction, digits, signed=signed)} %"


def number(value: float | None, digits: int = 2, *, signed: bool = False) -> str:
    """A number with a real minus sign, or a dash when there is none; what rounds to 0 has none."""
    if value is None or not np.isfinite(value):
        return NOTHING
    text = f"{value:{'+' if signed else ''}.{digits}f}"
    return (text if float(text) else text.lstrip("+-")).replace("-", "\N{MINUS SIGN}")
