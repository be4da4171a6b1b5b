"""What people see: every command on a small finished run."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.console import SIMULATED

ROWS = 40


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


def test_the_page_says_what_the_execution_step_rests_on(run_folder: Path) -> None:
    step = next(line for line in said("score").splitlines() if line.startswith("5 execution"))
    assert " of 5: " in step or "as the action says" in step


def test_json_is_one_document_and_the_same_as_published(run_folder: Path) -> None:
    document = json.loads(said("score", "--json"))
    kept = [json.loads(path.read_text()) for path in Path("data/calls/simulated").iterdir()]
    assert kept == [document]


def test_whatif_shows_before_and_after(run_folder: Path) -> None:
    page = said("whatif", "us10y=+25bp", "btc=-8%")
    assert SIMULATED in page
    assert "→" in page
    document = json.loads(said("whatif", "btc=-8%", "--json"))
    assert set(document) >= {"before", "after", "moves"}


def test_the_ledger_lists_calls_with_what_came_of_them(run_folder: Path) -> None:
    said("backfill", "--since", "2017-12-11")
    rows = json.loads(said("ledger", "--json"))
    assert rows[0]["session"] == "2017-12-11"
    closed = [row for row in rows if row["outcome"]]
    assert closed
    assert {"happened", "hit", "probability", "check"} == set(closed[0]["outcome"])
    assert "calls closed" in said("ledger")


@pytest.mark.parametrize(
    "command", ["score", "whatif", "ledger", "backfill", "models", "promote", "leaderboard"]
)
def test_every_command_has_an_example(command: str) -> None:
    assert "Example" in said(command, "--help")
