"""What is held: its daily returns, and the share of it that is cash."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import pandas as pd

from models.evaluation.book_returns import book_returns
from pipeline.settings.book import Book

BILL = "us3m"
"""Series of the yield that cash earns, in percent a year."""
FOLLOWED = ("spy", "qqq")
"""Funds that policies are scored on besides the user's book."""
BOOK = "book"
_CALENDAR_DAYS = 365


@dataclass(frozen=True, eq=False)
class Holding:
    """A book as its prices know it.

    Attributes
    ----------
    returns
        By session: what its priced parts added to it, as a fraction; cash adds nothing here.
    cash
        Share that is cash.
    """

    returns: pd.Series
    cash: float

    @classmethod
    def of(cls, book: Book, prices: pd.DataFrame) -> Self:
        """Follow a book through prices; a holding that has none at any session counts as cash.

        A price that is missing between two others moves with the next one. There are no returns
        before every holding has its first price.
        """
        priced = [name for name in book.weights if name in prices and prices[name].notna().any()]
        weights = {name: book.weights[name] for name in priced}
        if not priced:
            return cls(pd.Series(dtype=float, index=prices.index[:0]), 1.0)
        return cls(book_returns(weights, prices[priced].ffill()), 1.0 - sum(weights.values()))

    def earned(self, bill: pd.Series) -> pd.Series:
        """Returns with what its cash earned."""
        return self.returns + self.cash * bill.reindex(self.returns.index)


def followed(book: Book, prices: pd.DataFrame) -> Mapping[str, Holding]:
    """What policies are scored on, by name: each fund of `FOLLOWED`, and the user's book."""
    funds = {name: Holding.of(Book({name: 1.0}), prices) for name in FOLLOWED}
    return funds | {BOOK: Holding.of(book, prices)}


def bill_returns(yields: pd.Series) -> pd.Series:
    """What cash earns over each session, as a fraction: the bill's yield at the session before.

    Parameters
    ----------
    yields
        By session: percent a year; where there is none yet, cash earns nothing.
    """
    days = yields.index.to_series().diff().dt.days
    return (yields.ffill().shift(1) / 100 * days / _CALENDAR_DAYS).fillna(0.0)
