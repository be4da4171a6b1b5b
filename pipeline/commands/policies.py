"""``undertow policies``: what every policy would have done on the same days."""

from typing import Any

from rich.table import Table

from pipeline import params
from pipeline.base.console import (
    NOTHING,
    out,
    paragraph,
    percent,
    show_json,
    show_quiet,
    show_simulated,
    show_table,
    table,
)
from pipeline.base.words import RESEARCH, number
from pipeline.commands.changed import tell_changed
from pipeline.scoring.policy_words import price_of_insurance, verdict
from pipeline.storage import store

_HOLDING, _LATE = "book", "1"
_COLUMNS = ("Sharpe", "diff", "interval", "fall %", "Calmar", "ES %", "trade", "held %")
_LEGEND = (
    "one session late, 10 basis points a trade, cash earns the bill; diff: of Sharpe to the plain "
    "target, mean of 16 bands and delays, with its interval; fall: the deepest; ES: mean of the "
    "worst 5 % of days; trade: times the capital a year; held: mean exposure; * a yardstick, which "
    "no call follows"
)


def run(*, as_json: bool) -> None:
    """Print every policy on every holding, and what the evidence supports."""
    results = store.read_json(store.POLICIES)
    if as_json:
        show_json(results)
        return
    with store.reading(store.POLICIES):
        tables = [_table(name, of) for name, of in results["holdings"].items()]
        told = (verdict(results, _HOLDING), price_of_insurance(results, "spy"))
        followed = results["policy"]
    settings = params.load()
    tell_changed("desk.policy", followed, settings.desk.policy)
    with store.reading(store.BOOK):
        weights = store.read_json(store.BOOK)["weights"]
    tell_changed("book.weights", weights, settings.book.weights)
    if settings.data.simulated:
        show_simulated()
    for made in tables:
        show_table(made)
    out.print(paragraph(f"Calls follow {followed}. Your book: {told[0]}"))
    out.print(paragraph(f"S&P 500: {told[1]}"))
    out.print(paragraph(_LEGEND))
    show_quiet(RESEARCH)


def _table(holding: str, of: dict[str, Any]) -> Table:
    rows = (
        (f"{name}{'*' * scores['yardstick']}", *_cells(scores))
        for name, scores in of["policies"].items()
    )
    return table(f"{holding}: {of['first']} to {of['last']}", "policy", *_COLUMNS, rows=rows)


def _cells(scores: dict[str, Any]) -> list[str]:
    done, over = scores["delays"][_LATE], scores["over_target"]
    return [
        NOTHING if done["sharpe"] is None else f"{done['sharpe']:.2f}",
        NOTHING if over["value"] is None else number(over["value"]),
        NOTHING if over["low"] is None else f"{over['low']:+.2f} {over['high']:+.2f}",
        percent(done["max_drawdown"]),
        NOTHING if done["calmar"] is None else f"{done['calmar']:.2f}",
        percent(done["expected_shortfall"]),
        number(done["turnover_per_year"], 1).lstrip("+"),
        percent(done["mean_exposure"]),
    ]
