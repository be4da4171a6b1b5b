"""The book's part of a call, and a file of holdings."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from models.scenarios import SCENARIOS
from pipeline.base.errors import ConfigurationError, DataMissingError, SchemaError, UndertowError
from pipeline.cli import app
from pipeline.scoring import ledger
from pipeline.scoring.book import words
from pipeline.scoring.book.document import BookRisk
from pipeline.scoring.book.hedge import hedge
from pipeline.scoring.book.holdings import read_holdings
from pipeline.scoring.book.risk import book_risk, known_windows
from pipeline.scoring.book.rules import BookRules
from pipeline.scoring.document import checked
from pipeline.settings.book import Book
from tests.pipeline.calls import a_call

COUNT, HORIZON = 900, 10
SESSIONS = pd.bdate_range("2016-01-04", periods=COUNT, name="session")
PROBA = dict(zip(SCENARIOS, (0.5, 0.3, 0.2), strict=True))


def market() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Prices of which ``gdx`` moves one and a half times as the Nasdaq-100 while VIX is high."""
    random = np.random.default_rng(8)
    vix = np.where(np.arange(COUNT) % 9 < 3, 30.0, 15.0)
    qqq, spy, btc = random.normal(0.0, 0.01, (3, COUNT))
    gdx = qqq * np.where(vix > 20, 1.5, 0.5)
    moves = pd.DataFrame({"qqq": qqq, "spy": spy, "btc": btc, "gdx": gdx}, SESSIONS)
    labels = pd.DataFrame(
        {
            "session": SESSIONS,
            "window": "ahead",
            "scenario": np.array(SCENARIOS)[random.integers(0, 3, COUNT)],
            "composite": random.normal(size=COUNT),
            "label_end": SESSIONS + pd.offsets.BDay(HORIZON),
        }
    )
    return (1.0 + moves).cumprod().assign(vix=vix, gld=np.nan), labels


def risk_of(weights: dict[str, float], rows: int = COUNT, **other: float) -> BookRisk | None:
    panel, labels = market()
    panel = panel.iloc[:rows]
    rules = BookRules(Book(weights, **other), min_train=252, stress_vix=20.0)  # type: ignore[arg-type]
    known = known_windows(labels, "ahead", panel.index[-1])
    return book_risk(rules, panel, known, PROBA, HORIZON, "holdings")


def test_the_limit_holds_at_the_exposure_that_is_told() -> None:
    whole = risk_of({"gdx": 1.0}, risk_limit=0.02)
    assert whole is not None
    assert not whole["within_limit"]
    share = whole["exposure_within_limit"]
    part = risk_of({"gdx": share}, risk_limit=0.02)
    assert part is not None
    assert part["expected_shortfall"] == pytest.approx(0.02, rel=0.05)
    assert part["cash"] == pytest.approx(1 - share)
    assert f"{100 * share:.0f} % of the book" in words.against_limit(whole)


def test_the_hedge_is_by_the_beta_in_stress() -> None:
    risk = risk_of({"gdx": 1.0})
    assert risk is not None
    qqq = next(each for each in risk["sensitivities"] if each["to"] == "qqq")
    assert qqq["calm_beta"] == pytest.approx(0.5)
    assert qqq["stress_beta"] == pytest.approx(1.5)
    assert risk["hedge"] is not None
    assert (risk["hedge"]["instrument"], risk["hedge"]["measured_in"]) == ("qqq", "stress")
    assert "Selling QQQ worth 1.50 times the book takes 100 %" in words.hedge(risk)


def test_what_takes_nothing_of_the_variance_away_is_no_hedge() -> None:
    weak = {"to": "btc", "stress_beta": 0.01, "stress_explained": 0.0001}
    unknown = {"calm_beta": None, "calm_explained": None}
    assert hedge([weak | unknown], ["btc"]) is None


def test_only_windows_that_had_ended_count() -> None:
    risk = risk_of({"gdx": 1.0}, rows=500)
    assert risk is not None
    assert risk["past_windows"] == 500 - HORIZON
    assert sum(each["sessions"] for each in risk["past"].values()) == 500 - HORIZON


def test_a_book_too_young_or_without_a_price_has_no_risk() -> None:
    assert risk_of({"gdx": 1.0}, rows=252) is None
    assert risk_of({"gdx": 0.5, "gld": 0.5}) is None


def test_a_call_with_a_book_is_one_and_so_is_one_from_before() -> None:
    risk = risk_of({"qqq": 0.5, "btc": 0.2})
    assert checked(json.loads(json.dumps(a_call("2024-01-02", book=risk))), "here")
    assert "book" not in checked(a_call("2024-01-02"), "here")


@pytest.mark.parametrize(
    ("text", "told", "kind"),
    [
        ("series,weight\nqqqq,1\n", r"'qqqq' has no price; did you mean 'qqq'", SchemaError),
        ("series,weight\nBTC,1\n", r"'BTC' has no price; did you mean 'btc'", SchemaError),
        ("series,weight\nspy,0.7\nqqq,0.6\n", r"sum to 1\.3", SchemaError),
        (
            "series,weight\nspy,50 %\n",
            r"line 2, column weight: '50 %' is not a number",
            SchemaError,
        ),
        ("series,weight\nspy,\n", "without a series or a weight", SchemaError),
        ("series,weight\nspy,-0.2\n", r"spy is -0\.2", SchemaError),
        ("series,weight\nspy,0.2\nspy,0.2\n", "'spy' more than once", SchemaError),
        ("series,weight\n", "holds nothing", SchemaError),
        ("ticker,shares\nspy,10\n", "two, series and weight", SchemaError),
    ],
)
def test_a_file_that_is_no_book_is_refused(
    tmp_path: Path, text: str, told: str, kind: type[UndertowError]
) -> None:
    path = tmp_path / "holdings.csv"
    path.write_text(text)
    with pytest.raises(kind, match=told):
        read_holdings(path)


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no file"):
        read_holdings(tmp_path / "none.csv")


def test_holdings_are_shown_for_and_never_published(
    run_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    Path("mine.csv").write_text("series,weight\nspy,0.6125\ngld,0.2\n")
    result = CliRunner().invoke(
        app, ["score", "--json", "--book", "mine.csv"], catch_exceptions=False
    )
    shown = json.loads(result.stdout)["book"]
    assert (shown["origin"], shown["weights"]) == ("holdings", {"spy": 0.6125, "gld": 0.2})
    page = CliRunner().invoke(app, ["score", "--book", "mine.csv"], catch_exceptions=False).stdout
    assert "for the published book, not for these holdings" in " ".join(page.split())
    (published,) = ledger.calls(simulated=True)
    assert published["book"]["origin"] == "params.yaml"
    assert published["book"]["weights"] == {"qqq": 0.5, "btc": 0.5}
    assert "0.6125" not in caplog.text
    kept = (path for path in Path().rglob("*") if path.is_file() and path.name != "mine.csv")
    assert not [path for path in kept if b"0.6125" in path.read_bytes()]
    Path("mine.csv").write_text("series,weight\nspy,0.5\nreserves,0.5\n")
    with pytest.raises(SchemaError, match="reserves"):
        CliRunner().invoke(app, ["score", "--book", "mine.csv"], catch_exceptions=False)


def test_holdings_without_a_price_are_told(run_folder: Path) -> None:
    panel = pd.read_parquet("data/panel.parquet").assign(gdx=np.nan)
    panel.to_parquet("data/panel.parquet")
    Path("mine.csv").write_text("series,weight\ngdx,1\n")
    with pytest.raises(DataMissingError, match="have no price on 2017-12-29"):
        CliRunner().invoke(app, ["score", "--book", "mine.csv"], catch_exceptions=False)
