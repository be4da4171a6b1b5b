"""Returns of a book of several holdings, rebalanced to its weights each session."""

from collections.abc import Mapping

import pandas as pd


def book_returns(
    weights: Mapping[str, float], prices: pd.DataFrame, cash: pd.Series | None = None
) -> pd.Series:
    """Simple return of the book from each session's close to the next.

    Parameters
    ----------
    weights
        Share of the book by column of ``prices``; what is left to 1 is cash.
    prices
        By session: closes, NaN where there is none.
    cash
        By session: simple return of cash over it, as a fraction; None earns nothing.

    Returns
    -------
    pandas.Series
        By session, as a fraction. NaN at the first one and wherever a holding lacks a close at
        either end: a book of which a part cannot be priced has no return.
    """
    held = {name: weight for name, weight in weights.items() if weight}
    moved = prices[list(held)].pct_change(fill_method=None)
    earned = (moved * pd.Series(held)).sum(axis=1, skipna=False)
    if cash is not None:
        earned = earned + (1.0 - sum(held.values())) * cash.reindex(earned.index)
    return earned.rename("book")
