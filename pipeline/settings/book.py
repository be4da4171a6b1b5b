"""Section ``book`` of ``params.yaml``: what the user holds, and how its risk is told."""

import math
from collections.abc import Collection
from dataclasses import dataclass

from models.risk.approach import approach
from pipeline.base.errors import ConfigurationError
from pipeline.base.words import did_you_mean

_ROUNDING = 1e-9
"""By which weights that are meant to sum to 1 may miss it."""
_LEAST = 1e-4
"""Share in holdings, a basis point, below which returns drown in rounding."""


@dataclass(frozen=True)
class Book:
    """Holdings, rebalanced to their weights each session; never short, never on credit.

    Attributes
    ----------
    weights
        Share of the book by priced series of the catalogue; what is left to 1 is cash.
    risk_limit
        Largest expected shortfall at 5 % over the outlook's window that the user wants to bear, as
        a fraction of the book: 0.10 says that the mean of the worst twentieth may be a loss of a
        tenth.
    distribution
        Approach that forecasts the book, a file of ``models/risk/distributions``.
    hedges
        Priced series whose sale could hedge the book.

    Raises
    ------
    ConfigurationError
        When there is no holding to speak of, a weight is negative or not finite, or they exceed 1;
        when the limit is not between 0 and 1, the approach is unknown, or there is nothing to hedge
        with.
    """

    weights: dict[str, float]
    risk_limit: float = 0.10
    distribution: str = "mixture"
    hedges: tuple[str, ...] = ("qqq", "spy", "btc")

    def __post_init__(self) -> None:
        self._check_weights()
        if not 0.0 < self.risk_limit < 1.0:
            raise ConfigurationError(
                f"book.risk_limit is {self.risk_limit}; give the largest expected shortfall as a "
                "fraction of the book, such as 0.10"
            )
        try:
            approach(self.distribution, horizon=1)
        except ValueError as error:
            raise ConfigurationError(f"book.distribution: {error}") from None
        if not self.hedges:
            raise ConfigurationError("book.hedges is empty; name at least one series, such as qqq")

    def _check_weights(self) -> None:
        for name, weight in self.weights.items():
            if not (math.isfinite(weight) and weight >= 0):
                raise ConfigurationError(
                    f"book.weights.{name} is {weight}; give a share of the book from 0 to 1"
                )
        if sum(self.weights.values()) < _LEAST:
            raise ConfigurationError(
                "book.weights holds nothing; name at least one series, such as spy: 1.0"
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
    priced
        Series of the catalogue that can be held (`pipeline.catalogue.PRICED`).

    Raises
    ------
    ConfigurationError
        Naming the holding, and what it may have been meant to be.
    """
    for part, names in (("weights", tuple(book.weights)), ("hedges", book.hedges)):
        for name in names:
            if name not in priced:
                raise ConfigurationError(
                    f"params.yaml: book.{part}.{name} has no price; {nearest(name, priced)}"
                )


def nearest(name: str, priced: Collection[str]) -> str:
    """What an unknown holding may have been meant to be."""
    return did_you_mean(name.lower(), priced, f"choose from {', '.join(priced)}")
