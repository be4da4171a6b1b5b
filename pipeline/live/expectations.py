"""What is written about each route: when it begins, and a value that anyone can look up.

Written from providers' manuals and public history, without having asked: `undertow doctor --live`
asks, and says where a line is wrong.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Expectation:
    """One route.

    Attributes
    ----------
    start
        Date at which its history is documented to begin; None where that is not known.
    known
        A date and its published value, which tell a wrong unit or column at once; None where no
        value is public apart from the provider itself.
    """

    start: str | None = None
    known: tuple[str, float] | None = None


EXPECTED: dict[str, Expectation] = {}
"""By ``provider:code``."""
