"""The book's card."""

from pipeline.report.book import book_card
from pipeline.scoring.document import checked
from tests.pipeline.calls import a_call

NONE = {"sessions": 0, "episodes": 0, "median": None, "worst": None, "best": None, "lost": None}
SHOCKS = {
    "sessions": 400,
    "episodes": 31,
    "median": -0.05,
    "worst": -0.2,
    "best": 0.01,
    "lost": 0.9,
}
BOOK = {
    "origin": "params.yaml",
    "weights": {"btc": 0.2, "qqq": 0.5},
    "cash": 0.3,
    "horizon": 10,
    "distribution": "mixture",
    "past_windows": 900,
    "since": "2015-01-02",
    "quantiles": {"0.05": -0.06, "0.25": -0.02, "0.5": 0.005, "0.75": 0.03, "0.95": 0.07},
    "tail": 0.05,
    "value_at_risk": 0.06,
    "expected_shortfall": 0.08,
    "risk_limit": 0.05,
    "within_limit": False,
    "exposure_within_limit": 0.6289,
    "sensitivities": [
        {"to": "qqq", "calm_beta": 0.6, "calm_explained": 0.5, "calm_sessions": 700,
         "stress_beta": None, "stress_explained": None, "stress_sessions": 12},
        {"to": "composite", "calm_beta": -0.03, "calm_explained": 0.4, "calm_sessions": 690,
         "stress_beta": -0.05, "stress_explained": 0.6, "stress_sessions": 60},
    ],
    "hedge": {"instrument": "qqq", "ratio": 0.6, "removes": 0.5, "measured_in": "calm"},
    "past": {"base": NONE, "tightening_shock": SHOCKS, "reflation": NONE},
}  # fmt: skip


def test_a_book_without_a_risk_has_a_card_that_says_why_and_no_book_has_none() -> None:
    card = book_card(a_call("2024-01-02", book=None))
    assert card is not None
    assert "not known: no price of it" in card.lines[0]
    assert card.past is card.betas is None
    assert book_card(a_call("2024-01-02")) is None


def test_the_card_tells_the_limit_the_hedge_and_the_episodes() -> None:
    card = book_card(checked(a_call("2024-01-02", book=BOOK), "here"))
    assert card is not None
    assert card.past is not None
    assert card.betas is not None
    text = " ".join(card.lines)
    assert "QQQ 50 %, BTC 20 %, cash 30 %" in text
    assert "the worst 5 % of outcomes lose 6.0 % or more, 8.0 % on average" in text
    assert "Over the limit of 5.0 %, which holds with 62 % of the book" in text
    assert "Selling QQQ worth 0.60 times the book" in text
    assert card.past.loc["tightening-shock", "episodes"] == "31"
    assert card.past.loc["base", "worst"] == "-"
    assert card.betas.loc["Nasdaq-100 (QQQ)"].tolist() == [
        "+0.60 (700 sessions)",
        "- (12 sessions)",
    ]
    assert card.betas.loc["composite, one standard deviation", "stress"].startswith("-5.0 %")
