"""What a call says of the book, in plain English, for the terminal and the page to paint."""

import math

from models.scenarios import SCENARIOS
from pipeline.base.console import NOTHING
from pipeline.base.words import number
from pipeline.desk.narrative import words
from pipeline.scoring.book.document import BookRisk, Hedge, PastWindows
from pipeline.scoring.book.hedge import COMPOSITE
from pipeline.scoring.book.rules import NASDAQ
from pipeline.scoring.words import percent

UNKNOWN = "not known: no price of it this session, or too short a past"
"""The risk of a book that cannot be forecast."""
_CASH = 1e-9


def holdings(book: BookRisk) -> str:
    """Weights, the largest first, and the rest in cash."""
    ordered = sorted(book["weights"].items(), key=lambda item: -item[1])
    parts = [f"{name.upper()} {percent(weight)}" for name, weight in ordered]
    return ", ".join([*parts, f"cash {percent(book['cash'])}"] if book["cash"] > _CASH else parts)


def tail(book: BookRisk) -> str:
    """Value at risk and expected shortfall, in one sentence."""
    edge, mean = percent(book["value_at_risk"], 1), percent(book["expected_shortfall"], 1)
    return (
        f"Over the next {book['horizon']} sessions the worst {percent(book['tail'])} of outcomes "
        f"lose {edge} or more, {mean} on average."
    )


def spread(book: BookRisk) -> str:
    """The middle of the predictive distribution."""
    at = {level: percent(move, 1, signed=True) for level, move in book["quantiles"].items()}
    return (
        f"Half of outcomes lie between {at['0.25']} and {at['0.75']} (median {at['0.5']}), nine in "
        f"ten between {at['0.05']} and {at['0.95']}."
    )


def against_limit(book: BookRisk) -> str:
    """The expected shortfall against the user's limit, and the exposure that keeps to it."""
    limit = percent(book["risk_limit"], 1)
    if book["within_limit"]:
        return f"Within the limit of {limit}."
    # Down, never up: with the share that is told the limit is kept.
    share = percent(math.floor(100 * book["exposure_within_limit"]) / 100)
    return f"Over the limit of {limit}, which holds with {share} of the book and the rest in cash."


def hedge(book: BookRisk) -> str:
    """What sells best against the book."""
    found: Hedge | None = book["hedge"]
    if found is None:
        return "Nothing among the hedges moves with the book enough to measure."
    name, ratio = found["instrument"], number(found["ratio"]).removeprefix("+")
    held = " The book holds it: to sell it is to hold less." if name in book["weights"] else ""
    return (
        f"Selling {name.upper()} worth {ratio} times the book takes {percent(found['removes'])} of "
        f"its variance away, by the beta in {found['measured_in']}.{held}"
    )


def betas(book: BookRisk) -> list[tuple[str, str, str]]:
    """By what the book moves with: its beta in calm and in stress, with the sessions of each."""
    named = {NASDAQ: "Nasdaq-100 (QQQ)", COMPOSITE: "composite, one standard deviation"}
    rows = []
    for each in book["sensitivities"]:
        calm, stress = (
            _beta(each["to"], beta, sessions)
            for beta, sessions in (
                (each["calm_beta"], each["calm_sessions"]),
                (each["stress_beta"], each["stress_sessions"]),
            )
        )
        rows.append((named.get(each["to"], each["to"].upper()), calm, stress))
    return rows


def past(book: BookRisk) -> list[tuple[str, ...]]:
    """By scenario: episodes, windows, the book's median, worst and best, and share of losses."""
    return [_past(words(name), book["past"][name]) for name in SCENARIOS]


def _past(name: str, found: PastWindows) -> tuple[str, ...]:
    moves = (percent(found[part], 1, signed=True) for part in ("median", "worst", "best"))
    return (name, f"{found['episodes']}", f"{found['sessions']}", *moves, percent(found["lost"]))


def _beta(name: str, beta: float | None, sessions: int) -> str:
    if beta is None:
        return f"{NOTHING} ({sessions} sessions)"
    shown = percent(beta, 1, signed=True) if name == COMPOSITE else number(beta)
    return f"{shown} ({sessions} sessions)"
