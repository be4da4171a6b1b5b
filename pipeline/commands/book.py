"""``undertow book``: the book's risk as last called, and how well each approach forecast it."""

from collections.abc import Sequence
from typing import Any

from pipeline import params
from pipeline.base import console
from pipeline.base.console import (
    labelled,
    out,
    paragraph,
    show,
    show_json,
    show_quiet,
    show_simulated,
)
from pipeline.base.words import RESEARCH
from pipeline.commands.changed import tell_changed
from pipeline.scoring.book import words as said
from pipeline.scoring.book.document import BookRisk
from pipeline.scoring.book.verdict import COLUMNS, LEGEND, table, verdict
from pipeline.scoring.document import checked
from pipeline.storage import store


def run(*, as_json: bool) -> None:
    """Print the latest trained call's book, and the table of approaches."""
    found = store.read_json(store.BOOK)
    call = checked(store.read_json(store.CALL), store.CALL)
    risk = call.get("book")
    if as_json:
        show_json({"risk": risk, **found})
        return
    if call["simulated"]:
        show_simulated()
    if risk:
        _show_risk(risk)
    with store.reading(store.BOOK):
        _show_approaches(found)
    tell_changed("book.weights", found["weights"], params.load().book.weights)
    show_quiet(RESEARCH)


def _show_risk(risk: BookRisk) -> None:
    show(
        labelled(
            ("book", said.holdings(risk)),
            ("tail", said.tail(risk)),
            ("spread", said.spread(risk)),
            ("limit", said.against_limit(risk)),
            ("hedge", said.hedge(risk)),
        )
    )
    _show_rows("beta to", ("calm", "stress"), said.betas(risk))
    heads = ("episodes", "windows", "median", "worst", "best", "losses")
    _show_rows("past windows of", heads, said.past(risk))


def _show_rows(first: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    out.print()
    console.show_table(console.table("", first, *heads, rows=rows))


def _show_approaches(found: dict[str, Any]) -> None:
    out.print()
    if not found["approaches"]:
        out.print(paragraph("too few sessions out of sample to judge a forecast of this book"))
        return
    title = f"{found['sessions']} sessions out of sample, {found['first']} to {found['last']}"
    console.show_table(console.table(title, *COLUMNS, rows=table(found)))
    out.print(paragraph(verdict(found)))
    out.print(paragraph(LEGEND.format(tail=f"{100 * found['tail']:g}")))
