"""Words and numbers for people, the same in a terminal, in a call and on the page."""

from collections.abc import Iterable
from difflib import get_close_matches

RESEARCH = "Research, not advice."
SIMULATED = "SIMULATED data: no market looks like this."


def number(value: float, digits: int = 2) -> str:
    """A number with its sign; what rounds to 0 has none."""
    text = f"{value:+.{digits}f}"
    return text if float(text) else text.lstrip("+-")


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A question for the nearest known word; ``otherwise`` where none is near."""
    near = get_close_matches(word, list(known), n=1)
    return f"did you mean {near[0]!r}?" if near else otherwise
