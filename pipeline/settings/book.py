"""Section ``book`` of ``params.yaml``: what the user holds."""

import math
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches

from pipeline.base.errors import ConfigurationError

_ROUNDING = 1e-9
"""By which weights that are meant to sum to 1 may miss it."""


@dataclass(frozen=True)
class Book:
    """Holdings, rebalanced to their weights each session; never short, never on credit.

    Attributes
    ----------
    weights
        Share of the book by priced series of the catalogue; what is left to 1 is cash.

    Raises
    ------
    ConfigurationError
        When there is no holding, a weight is negative or not finite, or they exceed 1.
    """

    weights: dict[str, float]

    def __post_init__(self) -> None:
        if not any(self.weights.values()):
            raise ConfigurationError(
                "book.weights holds nothing; name at least one series, such as spy: 1.0"
            )
        for name, weight in self.weights.items():
            if not (math.isfinite(weight) and weight >= 0):
                raise ConfigurationError(
                    f"book.weights.{name} is {weight}; give a share of the book from 0 to 1"
                )
        if self.cash < -_ROUNDING:
            raise ConfigurationError(
                f"book.weights sum to {sum(self.weights.values()):.6g}; they are shares of the "
                "book, so make them sum to 1 or less: what is left is cash"
            )

    @property
    def cash(self) -> float:
        """Share that is in no holding, as a fraction."""
        return 1.0 - sum(self.weights.values())


def check_priced(book: Book, priced: Collection[str]) -> None:
    """Refuse a holding that has no price.

    Parameters
    ----------
    book
        The holdings.
    priced
        Series of the catalogue that can be held (`pipeline.catalogue.PRICED`).

    Raises
    ------
    ConfigurationError
        Naming the holding, and what it may have been meant to be.
    """
    for name in book.weights:
        if name not in priced:
            near = get_close_matches(name, priced, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"choose from {', '.join(priced)}"
            raise ConfigurationError(f"params.yaml: book.weights.{name} has no price; {hint}")
