"""``undertow book``: the book's risk as last called, and how well each approach forecast it."""

from collections.abc import Sequence
from typing import Any

from pipeline import params
from pipeline.base import console
from pipeline.base.console import (
    RESEARCH,
    labelled,
    out,
    paragraph,
    show,
    show_json,
    show_quiet,
    show_simulated,
)
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
    with store.understood(store.BOOK):
        _show_approaches(found)
    tell_changed("book.weights", found["weights"], params.load().book.weights)
    show_quiet(RESEARCH)


def _show_risk(risk: BookRisk) -> None:
    lines = (said.holdings, said.tail, said.spread, said.against_limit, said.hedge)
    show(
        labelled(
            *zip(
                ("book", "tail", "spread", "limit", "hedge"),
                (tell(risk) for tell in lines),
                strict=True,
            )
        )
    )
    _show_rows("beta to", ("calm", "stress"), said.betas(risk))
    heads = ("episodes", "windows", "median", "worst", "best", "losses")
    _show_rows("past windows of", heads, said.past(risk))


def _show_rows(first: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    shown = console.table("", first, *heads)
    for row in rows:
        shown.add_row(*row)
    out.print()
    console.show_table(shown)


def _show_approaches(found: dict[str, Any]) -> None:
    out.print()
    if not found["approaches"]:
        out.print(paragraph("too few sessions out of sample to judge a forecast of this book"))
        return
    first, *heads = COLUMNS
    title = f"{found['sessions']} sessions out of sample, {found['first']} to {found['last']}"
    shown = console.table(title, first, *heads)
    for row in table(found):
        shown.add_row(*row)
    console.show_table(shown)
    out.print(paragraph(verdict(found)))
    out.print(paragraph(LEGEND.format(tail=f"{100 * found['tail']:g}")))
