"""What a bundle keeps for the book: holdings, limit and how they are judged."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from models.risk.history import VIX
from pipeline.settings.book import Book

NASDAQ = "qqq"


@dataclass(frozen=True)
class BookRules:
    """What a bundle keeps for the book.

    Attributes
    ----------
    book
        Holdings, limit, approach and hedges.
    min_train
        Fewest past windows of the book that a forecast is made from.
    stress_vix
        VIX, percent, that parts stress from calm for the betas.
    """

    book: Book
    min_train: int
    stress_vix: float

    @classmethod
    def restore(cls, state: Mapping[str, Any]) -> "BookRules":
        """Take back what ``dataclasses.asdict`` gave."""
        held = dict(state["book"])
        book = Book(**held | {"hedges": tuple(held["hedges"])})
        return cls(book, int(state["min_train"]), float(state["stress_vix"]))

    def of(self, weights: Mapping[str, float]) -> "BookRules":
        """The same rules for other holdings."""
        return replace(self, book=replace(self.book, weights=dict(weights)))

    @property
    def series(self) -> list[str]:
        """Columns of the panel that the book's risk is read from."""
        return list(dict.fromkeys([NASDAQ, VIX, *self.book.weights, *self.book.hedges]))
