"""`undertow alerts`, and what `undertow score` has told."""

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from pipeline.base.errors import ConfigurationError, DataMissingError
from pipeline.cli import app
from pipeline.commands import score
from pipeline.scoring import ledger
from pipeline.scoring.late import LateError
from pipeline.settings.secrets import ALERTS
from tests.pipeline.calls import a_call

pytest.importorskip("apprise", reason="alerts are sent by apprise: make setup")


def said(*words: str) -> str:
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def leave_a_former_call() -> None:
    with ledger.writing() as database:
        ledger.append(database, a_call("2017-12-28", tier=4, event_kind="liquidity shock"))


def refuse(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Have no call made for this reason."""

    def fail(*_arguments: object, **_named: object) -> None:
        raise error

    monkeypatch.setattr(score, "_tonight", fail)


def test_score_tells_what_changed_once_and_a_dead_channel_changes_nothing(
    run_folder: Path, hook, dead: str, monkeypatch
) -> None:
    leave_a_former_call()
    quiet = said("score", "--json")
    monkeypatch.setenv(ALERTS, f"{dead},{hook.url}")
    listed = json.loads(said("alerts", "--json"))
    assert listed["channels"] == [{"place": 1, "kind": "json"}, {"place": 2, "kind": "json"}]
    assert {"tier", "event", "champion"} <= {each["kind"] for each in listed["due"]}
    for _again in range(2):
        assert said("score", "--json") == quiet
    (posted,) = hook.got
    assert posted["title"].startswith("SIMULATED: undertow 2017-12-29: tier 4 (add nothing) → ")
    assert "champion abc123 → " in posted["message"]
    listed = json.loads(said("alerts", "--json"))
    assert listed["due"] == []
    assert {each["channel"] for each in listed["waiting"]} == {"channel 1 (json)"}


def test_a_call_that_fails_is_told_once_a_day_and_fails_as_it_did(
    run_folder: Path, hook, monkeypatch
) -> None:
    monkeypatch.setenv(ALERTS, hook.url)
    refuse(monkeypatch, DataMissingError("the session of 2018-01-02 is due"))
    for _again in range(2):
        result = CliRunner().invoke(app, ["score"])
        assert isinstance(result.exception, DataMissingError)
    said("alerts", "--failed", "the nightly job failed")
    (posted,) = hook.got
    assert "no call: the session of 2018-01-02 is due" in posted["message"]


def test_a_late_series_is_told_by_name_and_the_job_that_fails_for_it_is_not(
    run_folder: Path, hook, monkeypatch
) -> None:
    monkeypatch.setenv(ALERTS, hook.url)
    behind = [{"series": "vix", "last": "2017-12-28", "due": "2017-12-29"}]
    refuse(monkeypatch, LateError("not published", pd.Timestamp("2017-12-29"), behind))
    CliRunner().invoke(app, ["score"])
    said("alerts", "--failed", "the nightly job failed")
    (posted,) = hook.got
    assert "undertow 2017-12-29: vix is late: its last value is of 2017-12-28" in posted["title"]


def test_params_that_cannot_be_read_are_told_too(run_folder: Path, hook, monkeypatch) -> None:
    monkeypatch.setenv(ALERTS, hook.url)
    Path("params.yaml").write_text("data: [")
    refuse(monkeypatch, ConfigurationError("params.yaml is no YAML"))
    CliRunner().invoke(app, ["score"])
    assert "no call: params.yaml is no YAML" in hook.got[0]["message"]


def test_a_test_reaches_every_channel_and_names_those_that_failed(
    run_folder: Path, hook, mail, dead: str, monkeypatch
) -> None:
    monkeypatch.setenv(ALERTS, f"{hook.url} {mail.url}")
    assert said("alerts", "--test").splitlines() == [
        "channel 1 (json): took the test",
        "channel 2 (mailto): took the test",
    ]
    assert len(hook.got) == len(mail.got) == 1
    monkeypatch.setenv(ALERTS, f"{dead} {hook.url}")
    failed = CliRunner().invoke(app, ["alerts", "--test"])
    assert isinstance(failed.exception, ConfigurationError)
    assert str(failed.exception).startswith("channel 1 (json) failed; look at its address")


def test_without_channels_nothing_is_written_and_a_test_says_what_to_set(
    run_folder: Path, monkeypatch
) -> None:
    monkeypatch.delenv(ALERTS, raising=False)
    leave_a_former_call()
    said("score")
    said("alerts", "--failed", "the nightly job failed")
    assert not Path("data/alerts").exists()
    failed = CliRunner().invoke(app, ["alerts", "--test"])
    assert isinstance(failed.exception, ConfigurationError)
    assert "UNDERTOW_ALERTS names no channel" in str(failed.exception)
