"""What people see: every command on a small finished run."""

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from features.registry import registered
from models.scenarios import SCENARIOS
from pipeline import params
from pipeline.base.console import out
from pipeline.base.errors import ConfigurationError, DataMissingError
from pipeline.base.words import SIMULATED
from pipeline.cli import app
from pipeline.commands.changed import tell_other_rules
from pipeline.commands.page import show_call
from pipeline.scoring import ledger
from pipeline.stages import evaluate
from pipeline.storage import store
from tests.pipeline.calls import a_call, condition

ROWS = 40


def leave_scores() -> None:
    """Scores of two models, as evaluate leaves them."""
    by_scenario = dict.fromkeys(SCENARIOS, 0.6789)
    scores = {
        "sessions": 1622,
        "log_loss_skill": -0.3,
        "log_loss_skill_interval": [-0.3333, -0.2222],
        "permutation_p": 0.0005,
        "auc": by_scenario,
        "calibration_error": by_scenario,
    }
    models = {"random_regime": scores, "pool": scores | {"log_loss_skill": 0.3}}
    store.write_json({"ahead": models}, store.EVALUATION)


def said(*words: str) -> str:
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_the_page_fits_one_screen_and_says_simulated_first(run_folder: Path) -> None:
    page = said("score")
    assert page.lstrip().startswith(SIMULATED)
    assert len(page.splitlines()) <= ROWS
    for part in ("tier", "tightening-shock", "1 macro", "5 execution", "nearest flip", "missing"):
        assert part in page
    assert "Research, not advice." in page


def test_a_book_that_has_no_risk_is_told_and_a_call_without_one_is_not(capsys) -> None:
    for call, told in ((a_call("2020-01-02", book=None), True), (a_call("2020-01-02"), False)):
        show_call(call)
        assert ("not known: no price of it" in capsys.readouterr().out) == told


def test_a_ticker_or_rule_that_looks_like_markup_is_shown_as_it_is(capsys) -> None:
    hostile = "[/x] \x1b[2J [bold]"
    step = {"step": "macro", "status": "warn", "evidence": [], "age_sessions": None}
    conditions = [condition(hostile, met=True)]
    show_call(
        a_call(
            "2020-04-10",
            tape=hostile,
            narrative=hostile,
            checklist=[step | {"evidence": conditions}],
            stack_parts={hostile: True},
        )
    )
    printed = capsys.readouterr().out
    assert printed.count("[/x] \N{REPLACEMENT CHARACTER}[2J [bold]") == 4
    assert "\x1b" not in printed


def test_the_page_says_what_the_execution_step_rests_on(run_folder: Path) -> None:
    step = next(line for line in said("score").splitlines() if line.startswith("5 execution"))
    assert " of 5: " in step or "as the action says" in step


def test_json_is_one_document_and_the_same_as_published(run_folder: Path) -> None:
    document = json.loads(said("score", "--json"))
    assert ledger.calls(simulated=True) == [document]
    assert json.loads(said("ledger", document["session"], "--json")) == [document]


def test_the_ledger_shows_a_session_as_published_and_the_whole_as_a_table(
    run_folder: Path,
) -> None:
    page = said("score")
    assert said("ledger", "2017-12-29") == page
    rows = list(csv.DictReader(io.StringIO(said("ledger", "--csv"))))
    document = json.loads(said("score", "--json"))
    assert [row["session"] for row in rows] == ["2017-12-29"]
    assert rows[0]["model"] == document["model"]["name"]
    assert rows[0]["kind"] == "live"
    assert float(rows[0]["ahead_base"]) == document["probabilities"]["ahead"]["base"]
    none = CliRunner().invoke(app, ["ledger", "2017-12-28"])
    assert isinstance(none.exception, DataMissingError)
    assert "no call of 2017-12-28 was published" in str(none.exception)


def test_as_of_tells_that_a_call_was_published(
    run_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    said("score")
    said("score", "--as-of", "2017-12-29")
    assert "a live call of 2017-12-29 by model" in caplog.text
    assert "`undertow ledger 2017-12-29` shows it" in caplog.text


def test_whatif_shows_before_and_after(run_folder: Path) -> None:
    page = said("whatif", "us10y=+25bp", "btc=-8%")
    assert SIMULATED in page
    assert "→" in page
    document = json.loads(said("whatif", "btc=-8%", "--json"))
    assert set(document) >= {"before", "after", "moves"}


def test_the_signal_board_is_filtered_by_driver_signal_and_change(run_folder: Path) -> None:
    document = json.loads(said("signals", "--json"))
    assert document["session"] == "2017-12-29"
    assert document["simulated"] is True
    assert {f"S{number:02}" for number in range(1, 30)} <= document["signals"].keys()
    rows = {row["feature"]: row for row in document["features"]}
    assert rows.keys() == registered().keys()
    assert "model: ahead" in rows["vix_log_gap"]["read_by"]
    page = said("signals", "--driver", "rates", "--signal", "s01")
    assert SIMULATED in page
    assert "real10y_level" in page
    assert "us2y_level" not in page
    changed = json.loads(said("signals", "--changed", "--json"))["features"]
    assert changed == [row for row in document["features"] if row["changed"]]
    unknown = CliRunner().invoke(app, ["signals", "--driver", "rate"])
    assert isinstance(unknown.exception, ConfigurationError)
    assert "no driver is 'rate'; there are conditions, " in str(unknown.exception)


def test_the_board_reaches_sessions_that_came_after_the_last_run(run_folder: Path) -> None:
    whole = json.loads(said("signals", "--json"))
    values = store.read_sessions(store.FEATURES)
    store.write_parquet(values.iloc[:-3], store.FEATURES)
    assert json.loads(said("signals", "--json")) == whole


def test_a_filled_ledger_has_outcomes_and_no_page_is_wider_than_eighty_columns(
    run_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said("backfill", "--since", "2017-12-14")
    rows = json.loads(said("ledger", "--json"))
    assert rows[0]["session"] == "2017-12-14"
    closed = [row for row in rows if row["outcome"]]
    assert closed
    assert {"happened", "hit", "probability", "check"} == set(closed[0]["outcome"])
    assert "calls closed: " in said("ledger")
    monkeypatch.setattr(out, "width", 80)
    leave_scores()
    now = "now --at 2017-12-17T23:00Z"
    for words in ("score", "ledger", "leaderboard", "summary", "whatif us10y=+25bp btc=-8%", now):
        lines = said(*words.split()).splitlines()
        assert max(map(len, lines)) <= 80, words
        # Cut off is nothing but the evidence of a step, of which the report has all.
        assert all(line[0] in "12345" for line in lines if "…" in line.replace(" … ", " "))


def test_the_leaderboard_tells_the_lead_over_the_baseline_and_whether_it_is_noise(
    run_folder: Path,
) -> None:
    leave_scores()
    results = store.read_json(store.EVALUATION)
    for interval, verdict in (([0.01, 0.05], "beyond noise"), ([-0.01, 0.05], "not told from")):
        lead = {"baseline_skill": 0.03, "baseline_skill_interval": interval}
        results["ahead"]["pool"] |= lead
        store.write_json(results, store.EVALUATION)
        page = " ".join(said("leaderboard").split())
        assert "lead over vix, the baseline to beat: +3.0 %" in page
        assert verdict in page


def test_policies_tell_what_each_costs_and_which_one_the_evidence_supports(
    run_folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _tiers, policies = evaluate._decisions(params.load())
    store.write_json(policies | {"policy": "tilt"}, store.POLICIES)
    store.write_json({"weights": {"spy": 1.0}}, store.BOOK)
    said("policies")
    assert "desk.policy of params.yaml has changed since the last run" in caplog.text
    assert "book.weights of params.yaml has changed since the last run" in caplog.text
    store.write_json(policies, store.POLICIES)
    assert json.loads(said("policies", "--json")) == policies
    monkeypatch.setattr(out, "width", 80)
    page = said("policies")
    assert page.lstrip().startswith(SIMULATED)
    assert max(map(len, page.splitlines())) <= 80
    for part in ("spy: ", "qqq: ", "book: ", "buy_and_hold*", "Calls follow target", "Insurance"):
        assert part in page


def test_a_book_that_changed_since_the_run_is_told(
    run_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store.write_json(a_call("2020-06-30", book=None), store.CALL)
    store.write_json({"weights": params.load().book.weights, "approaches": {}}, store.BOOK)
    assert said("book").lstrip().startswith(SIMULATED)
    assert "has changed since" not in caplog.text
    store.write_json({"weights": {"spy": 1.0}, "approaches": {}}, store.BOOK)
    said("book")
    assert "book.weights of params.yaml has changed since the last run" in caplog.text


def test_a_score_tells_that_the_policy_of_its_model_is_another(
    run_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    made = said("score", "--json")
    assert "has changed since" not in caplog.text
    text = params.PARAMS.read_text()
    params.PARAMS.write_text(text.replace("  policy: target", "  policy: tilt"))
    assert said("score", "--json") == made
    assert "desk.policy of params.yaml has changed since the training" in caplog.text


@pytest.mark.parametrize(
    ("weights", "told"), [({"qqq": 1, "spy": 0.0}, False), ({"spy": 1.0}, True)]
)
def test_another_book_than_that_of_the_call_is_told(
    weights: dict[str, float], told: bool, caplog: pytest.LogCaptureFixture
) -> None:
    call = a_call("2024-01-02", book={"weights": {"qqq": 1.0}})
    tell_other_rules(call, {"desk": {"policy": "target"}, "book": {"weights": weights}})
    assert ("book.weights of params.yaml has changed" in caplog.text) == told


@pytest.mark.parametrize("command", ["book", "policies", "score", "tune"])
def test_a_folder_that_is_no_project_is_told_as_such(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match="run from the project's folder"):
        CliRunner().invoke(app, [command], catch_exceptions=False)


def test_a_failure_without_words_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="say what failed"):
        CliRunner().invoke(app, ["alerts", "--failed", " "], catch_exceptions=False)


def test_every_command_has_an_example() -> None:
    for command in (
        "score",
        "whatif",
        "now",
        "ledger",
        "backfill",
        "models",
        "promote",
        "leaderboard",
        "policies",
        "compare",
    ):
        assert "Example" in said(command, "--help"), command
