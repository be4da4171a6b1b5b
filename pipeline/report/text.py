"""Numbers as people read them."""

import re
from collections.abc import Sequence

import numpy as np
from markupsafe import Markup, escape

_COMMAND = re.compile(r"`([^`]+)`")

NOTHING = "\N{EN DASH}"
"""Stands where there is no number."""


def listed(names: Sequence[str]) -> str:
    """Names as a sentence lists them: a, b and c."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def commands(text: str) -> Markup:
    """Text for the page, in which what stands between backticks is set as a command."""
    return Markup(_COMMAND.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped


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
