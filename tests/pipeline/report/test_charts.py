"""Numbers behind the charts, against independent computation."""

import numpy as np
import pandas as pd
import pytest

from pipeline.base.errors import DataMissingError
from pipeline.commands.published import PublishedInputs
from pipeline.report.charts.audit import audit
from pipeline.report.charts.book import book_tail
from pipeline.report.charts.calibration import confusion
from pipeline.report.charts.correlations import correlations
from pipeline.report.charts.leaderboard import leaderboard_ahead, transition_days
from pipeline.report.charts.ledger import ledger
from pipeline.report.charts.outlook import outlook_under_price
from pipeline.report.charts.policies import policies_by_year
from pipeline.report.charts.tiers import moves_by_tier
from pipeline.report.daily import drawn, packed, rows
from pipeline.report.figure import Declaration, Section, declarations, draw
from pipeline.report.inputs import Inputs
from pipeline.report.page import render
from pipeline.report.specs import specification
from pipeline.storage import store
from tests.pipeline.report.conftest import known_outcomes


@pytest.fixture
def inputs(page, monkeypatch) -> Inputs:
    monkeypatch.chdir(page.folder)
    monkeypatch.setattr(PublishedInputs, "outcomes", property(known_outcomes))
    return PublishedInputs()


def test_ledger_holds_each_call_against_what_happened(inputs) -> None:
    picture = ledger(inputs)
    assert picture.says.startswith(
        "1 of 2 calls have an outcome. On average they had given it 30 %"
    )
    assert picture.table.loc["2019-03-04", ["happened", "given to it"]].tolist() == [
        "tightening-shock",
        "30 %",
    ]
    assert picture.table.loc["2020-04-10", "happened"] == "not known yet"
    assert "afterwards" not in picture.says
    inputs.calls[0]["ledger"]["kind"] = "backfill"
    assert ledger(inputs).says.endswith("Filled in afterwards, from what was known then: 1.")


def test_correlations_show_the_latest_below_the_diagonal(inputs) -> None:
    panel = store.read_sessions(store.PANEL)
    returns = np.log(panel / panel.shift())
    latest = np.corrcoef(returns["qqq"].tail(60), returns["spy"].tail(60))[0, 1]
    before = returns.iloc[-312:-60]
    earlier = np.corrcoef(before["qqq"], before["spy"])[0, 1]
    shown = correlations(inputs).table.replace("\N{MINUS SIGN}", "-", regex=True)
    assert float(shown.loc["S&P 500", "Nasdaq-100"]) == pytest.approx(latest, abs=0.006)
    assert float(shown.loc["Nasdaq-100", "S&P 500"]) == pytest.approx(earlier, abs=0.006)


def test_outlook_tells_what_the_price_did_after_the_highest_probabilities(inputs) -> None:
    outlook = store.read_parquet(store.OUTLOOK)
    chosen = outlook[(outlook["model"] == "pool") & (outlook["window"] == "ahead")]
    said = chosen.set_index("session")["tightening_shock"].to_numpy()[:-10]
    price = store.read_sessions(store.PANEL)["qqq"].to_numpy()
    move = price[10:] / price[:-10] - 1
    likely = move[said > np.quantile(said, 0.9)]
    says = outlook_under_price(inputs).says.replace("\N{MINUS SIGN}", "-")
    assert says.startswith(f"On the {len(likely)} sessions with the highest probability")
    assert f"moved {100 * likely.mean():+.1f} % on average over the next 10 sessions" in says
    assert f"against {100 * move.mean():+.1f} % on all" in says
    assert f"more than 5 % after {100 * (likely < -0.05).mean():.0f} % of them" in says


def test_confusion_tells_what_one_word_alone_would_have_reached(inputs, monkeypatch) -> None:
    counts = {"base": 60, "tightening_shock": 30, "reflation": 10}
    table = {name: {"base": n, "tightening_shock": 0, "reflation": 0} for name, n in counts.items()}
    metrics = {"ahead": {"pool": {"confusion": table}}}
    monkeypatch.setattr(Inputs, "metrics", metrics)
    assert "always saying base would have been right on 60 %" in confusion(inputs).says


def test_best_model_is_named_once(inputs) -> None:
    board = pd.read_csv(store.PLOTS / "leaderboard.csv")
    assert "Best is climatology (0.0 %). The pool: +5.0 %" in leaderboard_ahead(inputs).says
    assert "permutation p 0.0100" in leaderboard_ahead(inputs).says
    inputs.plot = lambda _name: board.sort_values("skill", ascending=False)
    assert "Best is the pool: +5.0 %" in leaderboard_ahead(inputs).says


def test_the_ceiling_is_told_and_is_no_model_on_the_page(inputs, monkeypatch) -> None:
    metrics = inputs.metrics
    without = transition_days(inputs).table
    metrics["ahead"]["ceiling"] = {"log_loss_skill": 0.1, "knows": "the shares", "is_model": False}
    monkeypatch.setattr(Inputs, "metrics", metrics)
    says = leaderboard_ahead(inputs).says
    assert "Whoever knew the shares would have +10.0 %." in says
    assert list(transition_days(inputs).table.index) == list(without.index)


def test_every_table_says_what_its_rows_are(inputs) -> None:
    drawings = [draw(declaration, inputs) for declaration in declarations()]
    tables = [drawing.picture.table for drawing in drawings if drawing.picture]
    assert [table for table in tables if not table.index.name] == []


def test_open_interest_is_a_fraction_not_a_logarithm(inputs) -> None:
    logs = store.read_sessions(store.FEATURES)["btc_open_interest_change_5"]
    shown = drawn(inputs, ["btc_open_interest_change_5"])["btc_open_interest_change_5"]
    pd.testing.assert_series_equal(shown, np.exp(logs) - 1, check_freq=False)


def test_a_column_without_any_value_is_missing(inputs) -> None:
    with pytest.raises(DataMissingError, match="no data for btc_liquidations; run `dvc repro`"):
        drawn(inputs, ["btc_liquidations"])


def test_packed_columns_come_back_as_rows_with_local_days() -> None:
    days = pd.DatetimeIndex(["2024-08-05", "2024-08-06"], name="session")
    columns = packed(pd.DataFrame({"vix": [38.567, np.nan]}, index=days))
    assert columns == {"session": ["2024-08-05", "2024-08-06"], "vix": [38.57, None]}
    assert rows(columns)[0] == {"session": "2024-08-05T00:00:00", "vix": 38.57}


def test_a_chart_that_lacks_its_data_gives_its_reason(inputs) -> None:
    def build(_inputs: Inputs) -> None:
        raise DataMissingError("no funding; run `dvc repro`")

    figure = draw(Declaration("x", Section.TRUST, 1, "Why?", False, build), inputs)
    assert (figure.picture, figure.missing) == (None, "no funding; run `dvc repro`")


def test_places_within_a_section_are_unique() -> None:
    places = [(d.section, d.place) for d in declarations()]
    assert len(set(places)) == len(places)


def test_policies_are_held_against_the_target_by_year(inputs, monkeypatch) -> None:
    done = {
        "sharpe": 1.0,
        "max_drawdown": -0.1,
        "calmar": 1.0,
        "expected_shortfall": -0.02,
        "turnover_per_year": 5.0,
        "mean_exposure": 0.7,
    }
    scores = {
        "yardstick": False,
        "delays": {"1": done},
        "by_year": {"2015": {"return": 0.02, "max_drawdown": -0.1}},
        "over_target": {"value": 0.0, "low": 0.0, "high": 0.0},
    }
    insured = scores | {
        "by_year": {"2015": {"return": -0.06, "max_drawdown": -0.1}},
        "over_target": {"value": -0.2, "low": -0.35, "high": -0.08},
    }
    of = {
        "first": "2015-01-02",
        "last": "2015-12-31",
        "sessions": 252,
        "policies": {"target": scores, "insurance": insured},
    }
    results = {"policy": "target", "holdings": dict.fromkeys(("spy", "book"), of)}
    monkeypatch.setattr(Inputs, "document", lambda *_: results)
    picture = policies_by_year(inputs)
    assert "insurance -0.20 (-0.35 to -0.08)" in picture.says
    assert "target is what the evidence supports" in picture.says
    assert "cost most in 2015 (-6.0 % against the target's +2.0 %)" in picture.says
    assert "No long crisis like 2008" in picture.says
    assert picture.table.loc["insurance, book", "over target"] == "\N{MINUS SIGN}0.20"


def test_the_book_tells_which_approach_forecasts_it_best(inputs, monkeypatch) -> None:
    row = {"pinball": 0.01, "hits": 0.05, "kupiec_p": 0.5, "christoffersen_p": 0.4}
    mixed = row | {"fz0": -2.0, "over_chosen": 0.0, "over_chosen_interval": [0.0, 0.0]}
    plain = row | {"fz0": -1.9, "over_chosen": 0.1, "over_chosen_interval": [0.02, 0.2]}
    better = row | {"fz0": -2.1, "over_chosen": -0.1, "over_chosen_interval": [-0.2, -0.01]}
    approaches = {"mixture": mixed, "har_vix": plain}
    of = {"weights": {"qqq": 1.0}, "distribution": "mixture", "sessions": 900}
    results = of | {"first": "2019-01-02", "last": "2022-08-01", "approaches": approaches}
    monkeypatch.setattr(Inputs, "document", lambda *_: results)
    assert "mixture, the chosen approach, scores best; beyond noise only against har_vix." in (
        book_tail(inputs).says
    )
    assert book_tail(inputs).table.index.tolist() == ["mixture", "har_vix"]
    approaches["garch_t"] = better
    assert "set `book.distribution: garch_t` to use it" in book_tail(inputs).says
    approaches["garch_t"] = better | {"over_chosen_interval": [-0.2, 0.1]}
    assert "garch_t scores best; this span cannot tell it from mixture" in book_tail(inputs).says
    results["approaches"] = {}
    figure = next(d for d in declarations() if d.name == "book-tail")
    assert "too few sessions" in draw(figure, inputs).missing


def test_a_tier_tells_how_large_the_moves_were(inputs, monkeypatch) -> None:
    moves = {
        name: {"mean": 0.01, "std": 0.065, "worst_tenth": -0.07}
        for name in ("spy", "qqq", "btc", "book")
    }
    results = {"ahead": 10, "by_tier": {"4": {"sessions": 80, **moves}}}
    monkeypatch.setattr(Inputs, "document", lambda *_: results)
    assert "tier 4 6.5 % (\N{MINUS SIGN}7.0 %)" in moves_by_tier(inputs).says


def test_a_quick_audit_is_told_without_a_chart(inputs, monkeypatch) -> None:
    results = {
        "passed": True,
        "first": "2005-01-03",
        "last": "2025-06-30",
        "cuts": ["2020-01-02"],
        "compared": {"panel": {"values": 12345}, "features": {"values": 9}},
        "leaks": [],
        "premium": {},
    }
    monkeypatch.setattr(Inputs, "document", lambda *_: results)
    figure = next(d for d in declarations() if d.name == "audit")
    drawing = draw(figure, inputs)
    assert specification(drawing, simulated=True) is None
    assert drawing.picture.says.endswith("was not asked: run `undertow audit`.")
    assert drawing.picture.table.loc["panel"].tolist() == ["12,345", "0"]
    page = render(inputs, [drawing], {}, {"session": ["2020-04-10"]}, "")
    assert "Passed: 12,354 published values" in page
    assert 'data-chart="audit"' not in page
    assert "<code>undertow audit</code>" in page


@pytest.mark.parametrize(("passed", "verdict"), [(True, "Passed: 9,000"), (False, "FAILED with 1")])
def test_certificate_gives_its_verdict_and_the_dearest_leak(
    inputs, monkeypatch, passed: bool, verdict: str
) -> None:
    scores = {"honest": 0.05, "leaky": 0.07, "premium": 0.02}
    results = {
        "passed": passed,
        "first": "2005-01-03",
        "last": "2025-06-30",
        "cuts": ["2020-01-02"],
        "compared": {"features": {"values": 9000}},
        "leaks": [] if passed else [{"stage": "features"}],
        "premium": {
            "ahead": {"smoothed_states": {"states": scores, "pool": scores | {"premium": 0.0}}}
        },
    }
    monkeypatch.setattr(Inputs, "document", lambda *_: results)
    says = audit(inputs).says
    assert says.startswith(verdict)
    assert "(smoothed states, states, window ahead) would have moved skill by +2.0 %" in says
