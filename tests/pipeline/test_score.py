import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from models.scenarios import SCENARIOS
from pipeline import ledger, store
from pipeline.errors import DataMissingError, ModelError
from pipeline.model import load_model
from pipeline.score import score

DOCUMENT = {
    "session", "decision_time", "simulated", "scenario", "probabilities", "conformal_set", "state",
    "tier", "exposure", "action", "event_kind", "drivers", "checklist", "stack", "narrative",
    "nearest_flip", "analogs", "drift", "freshness", "model",
}  # fmt: skip
STEPS = ["macro", "leadership", "crypto", "correlation", "execution"]


def damage(column: str, sessions: int) -> None:
    panel = store.read_sessions(store.PANEL)
    panel.iloc[-sessions:, panel.columns.get_loc(column)] = float("nan")
    store.write_parquet(panel, store.PANEL)


def test_the_document_has_every_key_and_is_json(run_folder: Path) -> None:
    call = score()
    assert set(call) >= DOCUMENT
    assert json.loads(json.dumps(call, allow_nan=False)) == call
    assert call["session"] == f"{store.read_sessions(store.PANEL, []).index[-1]:%Y-%m-%d}"
    assert call["decision_time"].endswith("T00:30:00+00:00")
    for proba in call["probabilities"].values():
        assert list(proba) == list(SCENARIOS)
        assert sum(proba.values()) == pytest.approx(1.0)
    ahead = call["probabilities"]["ahead"]
    assert call["scenario"] == max(ahead, key=ahead.get)
    assert call["scenario"] in call["conformal_set"]
    assert [step["step"] for step in call["checklist"]] == STEPS
    assert all({"status", "evidence", "age_sessions"} <= set(step) for step in call["checklist"])
    assert call["tier"] in range(5)
    assert 0.0 <= call["exposure"] <= 1.0
    assert call["action"] in {"hedge", "reduce", "wait", "none"}
    assert call["simulated"] is True
    assert call["narrative"].startswith("SIMULATED")


def test_scoring_twice_publishes_once(run_folder: Path) -> None:
    first = score()
    before = {path.name: path.read_bytes() for path in ledger.folder(simulated=True).iterdir()}
    assert score() == first
    assert {
        path.name: path.read_bytes() for path in ledger.folder(simulated=True).iterdir()
    } == before
    assert len(ledger.calls(simulated=True)) == 1


def test_scoring_again_removes_what_a_killed_score_left(run_folder: Path) -> None:
    first = score()
    left = ledger.folder(simulated=True) / f".{first['session']}_one.json.half.part"
    left.write_text("{")
    assert score() == first
    assert not left.exists()


def test_analogs_know_only_outcomes_that_were_known(run_folder: Path) -> None:
    call = score()
    labels = store.read_parquet(store.SCENARIOS)
    ends = labels[labels["window"] == "ahead"].set_index("session")["label_end"]
    found = [pd.Timestamp(each["session"]) for each in call["analogs"]]
    assert found
    assert (ends[found] < pd.Timestamp(call["session"])).all()


def test_a_stale_required_series_stops_with_its_name_date_and_remedy(run_folder: Path) -> None:
    damage("us10y", 8)
    last = store.read_sessions(store.PANEL, ["us10y"])["us10y"].last_valid_index()
    with pytest.raises(DataMissingError, match=rf"us10y .* ends on {last:%Y-%m-%d}.*dvc repro"):
        score()
    assert ledger.calls(simulated=True) == []


def test_a_missing_optional_series_is_said_to_be_missing(run_folder: Path) -> None:
    damage("btc_funding", 100)
    call = score()
    assert call["freshness"]["btc_funding"]["missing"]
    evidence = call["checklist"][2]["evidence"]
    funding = next(each for each in evidence if each["feature"] == "btc_funding_week")
    assert funding["met"] is None
    assert funding["text"].endswith("missing")


def test_without_a_model_the_exit_code_is_five(run_folder: Path) -> None:
    (store.MODEL / "hashes.json").unlink()
    with pytest.raises(ModelError):
        score()
    command = [sys.executable, "-m", "pipeline.cli", "score", "--json"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=run_folder)
    assert run.returncode == 5
    assert run.stdout == ""
    assert len(run.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(("named", "version"), [(True, 4), (False, None)])
def test_the_call_has_the_version_of_the_model_that_scores(
    run_folder: Path, named: bool, version: int | None
) -> None:
    name = load_model(store.MODEL).name if named else "another"
    run = {"version": 7, "model": "refused", "scoring": {"model": name, "version": 4}}
    store.write_json(run, store.RUN)
    assert score()["model"]["version"] == version
