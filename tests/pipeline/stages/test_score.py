import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from models.scenarios import SCENARIOS
from pipeline.base.errors import DataMissingError, ModelError
from pipeline.scoring import ledger
from pipeline.scoring.gather import read_snapshot
from pipeline.scoring.model import load_model
from pipeline.stages import score
from pipeline.storage import store
from tests import forked

DOCUMENT = {
    "session", "decision_time", "simulated", "scenario", "probabilities", "conformal_set", "state",
    "tier", "exposure", "action", "event_kind", "drivers", "checklist", "stack", "narrative",
    "nearest_flip", "analogs", "drift", "freshness", "model",
}  # fmt: skip
STEPS = ["macro", "leadership", "crypto", "correlation", "execution"]


def scored() -> dict:
    """The document that the stage leaves."""
    score.main()
    return store.read_json(store.CALL)


def damage(column: str, sessions: int) -> None:
    panel = store.read_sessions(store.PANEL)
    panel.iloc[-sessions:, panel.columns.get_loc(column)] = float("nan")
    store.write_parquet(panel, store.PANEL)


def test_the_document_has_every_key_and_is_json(run_folder: Path) -> None:
    call = scored()
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


def test_analogs_know_only_outcomes_that_were_known(run_folder: Path) -> None:
    call = scored()
    labels = store.read_labels()
    ends = labels[labels["window"] == "ahead"].set_index("session")["label_end"]
    found = [pd.Timestamp(each["session"]) for each in call["analogs"]]
    assert found
    assert (ends[found] < pd.Timestamp(call["session"])).all()


def test_a_stale_required_series_stops_with_its_name_date_and_remedy(run_folder: Path) -> None:
    damage("us10y", 8)
    last = store.read_sessions(store.PANEL, ["us10y"])["us10y"].last_valid_index()
    with pytest.raises(DataMissingError, match=rf"us10y .* ends on {last:%Y-%m-%d}.*dvc repro"):
        score.main()
    assert not store.CALL.exists()


def test_a_missing_optional_series_is_said_to_be_missing(run_folder: Path) -> None:
    damage("btc_funding", 100)
    call = scored()
    assert call["freshness"]["btc_funding"]["missing"]
    evidence = call["checklist"][2]["evidence"]
    funding = next(each for each in evidence if each["feature"] == "btc_funding_week")
    assert funding["met"] is None
    assert funding["text"].endswith("missing")


def test_the_stage_publishes_nothing_and_reads_no_champion(run_folder: Path) -> None:
    shutil.rmtree(store.CHAMPION)
    first = scored()
    assert scored() == first
    assert "ledger" not in first
    assert ledger.calls(simulated=True) == []


def test_without_a_bundle_the_exit_code_is_five(run_folder: Path) -> None:
    (store.MODEL / "hashes.json").unlink()
    with pytest.raises(ModelError):
        score.main()
    run = forked.run(["-m", "pipeline.stages.score"], run_folder)
    assert run.returncode == 5
    assert run.stdout == ""
    assert len(run.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(("named", "version"), [(True, 4), (False, None)])
def test_the_call_has_the_version_under_which_its_model_was_registered(
    run_folder: Path, named: bool, version: int | None
) -> None:
    name = load_model(store.MODEL).name if named else "another"
    store.write_json({"version": 4, "model": name}, store.RUN)
    assert scored()["model"]["version"] == version


def test_a_model_is_asked_with_its_own_states_since_its_training(run_folder: Path) -> None:
    """What stage states left since may be another training's, with other states."""
    model = load_model(store.MODEL)
    own = read_snapshot(model).published.iloc[-1]
    states = store.read_sessions(store.STATES)
    other = states.assign(state_0=1.0, state_1=0.0, state_2=0.0, state_3=0.0, word="odd", label=0)
    store.write_parquet(other, store.STATES)
    found = read_snapshot(model).published
    pd.testing.assert_series_equal(found.iloc[-1], own)
    assert list(found.filter(regex=r"^state_\d").columns) == ["state_0", "state_1", "state_2"]
