"""The book's card in the first layer: its tail, its past by scenario, and what it moves with."""

from dataclasses import dataclass

import pandas as pd

from pipeline.scoring.book import words as said
from pipeline.scoring.document import Call


@dataclass(frozen=True, eq=False)
class BookCard:
    """What the page paints: sentences and, where the risk is known, two tables."""

    lines: list[str]
    past: pd.DataFrame | None = None
    betas: pd.DataFrame | None = None


def book_card(call: Call) -> BookCard | None:
    """The card; None for calls from before there was a book."""
    if "book" not in call:
        return None
    book = call["book"]
    if book is None:
        return BookCard([f"Its risk is {said.UNKNOWN}."])
    past = pd.DataFrame(
        said.past(book),
        columns=["scenario", "episodes", "windows", "median", "worst", "best", "share of losses"],
    )
    betas = pd.DataFrame(said.betas(book), columns=["beta to", "calm", "stress"])
    lines = [
        f"{said.holdings(book)}. {said.tail(book)} {said.against_limit(book)}",
        said.spread(book),
        said.hedge(book),
    ]
    return BookCard(lines, past.set_index("scenario"), betas.set_index("beta to"))
