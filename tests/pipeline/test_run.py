"""The main job, end to end: every stage in turn on a short market, simulated and real."""

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from mlflow import MlflowClient
from typer.testing import CliRunner

from models.scenarios import SCENARIOS
from pipeline import params
from pipeline.audit import prove
from pipeline.audit.jobs import Job, plan
from pipeline.base.errors import ConfigurationError, ModelError
from pipeline.cli import app
from pipeline.scoring import ledger
from pipeline.scoring.champion import deploy
from pipeline.scoring.publish import publish_latest
from pipeline.storage import store
from pipeline.tuning import search as tune
from tests.pipeline.documented import NETWORK, documented
from tools import small_project

ROOT = Path(__file__).resolve().parents[2]
ALL = ("now", "week", "ahead", "month")
MODELS = ("climatology", "persistence", "rules", "vix", "seen_half", "states", "jump", "logit")


def short_params(source: str, folder: str) -> dict[str, Any]:
    """The committed parameters on a few years, with fewer refits."""
    document = small_project.short_params("2017-01-03", "2021-12-31", "2021-05-03", ALL, MODELS)
    document["data"] |= {"source": source, "folder": folder, "end": "2021-12-31"}
    document["states"]["model"] |= {"min_train": 252, "refit_every": 126}
    document["walk_forward"]["refit_every"] = 126
    document["outlook"]["models"]["component_drift"]["min_rows"] = 252
    document["tune"] |= {"first_test": "2020-11-02", "last_test": "2021-03-01"}
    document["tune"]["space"] = {"outlook.models.logit.inverse_penalty": {"values": [0.001, 0.01]}}
    return document


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Path]:
    """A folder in which every stage has run."""
    place = tmp_path_factory.mktemp("simulated")
    (place / "params.yaml").write_text(yaml.safe_dump(short_params("simulated", "data/own")))
    (place / "holdings.csv").write_text("series,weight\nspy,0.6\nbtc,0.1\n")
    shutil.copyfile(ROOT / "dvc.yaml", place / "dvc.yaml")
    shutil.copyfile(empty_database, place / "mlflow.db")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        small_project.run_stages(*small_project.STAGES[:-1])
        # Whatever the gates say of so short a market, the tests need a model that scores.
        deploy(store.MODEL, version=1)
        publish_latest(store.source())
        yield place


def read(place: Path, path: Path) -> pd.DataFrame:
    return pd.read_parquet(place / path)


def test_every_session_has_one_label_a_window(finished: Path) -> None:
    assert_labels(finished)


@pytest.mark.slow
def test_the_real_files_have_labels_too(market_folder: Path, tmp_path: Path, monkeypatch) -> None:
    """Every file as it is; ``test_evenings.py`` goes on from fewer of them to calls."""
    monkeypatch.chdir(tmp_path)
    text = yaml.safe_dump(short_params("files", str(market_folder)))
    (tmp_path / "params.yaml").write_text(text)
    small_project.run_stages("ingest", "align", "features", "scenarios")
    assert_labels(tmp_path)


def assert_labels(place: Path) -> None:
    labels = read(place, store.SCENARIOS)
    assert {"session", "window", "scenario", "composite", "label_end"} <= set(labels)
    assert set(labels["window"]) == {*ALL}
    assert set(labels["scenario"]) <= set(SCENARIOS)
    assert not labels.duplicated(["session", "window"]).any()
    assert (labels["label_end"] > labels["session"]).all()
    unlabelled = set(read(place, store.FEATURES)["session"]) - set(
        labels.loc[labels["window"] == "ahead", "session"]
    )
    assert len(unlabelled) == 10


def test_states_are_filtered_by_a_fit_on_the_past(finished: Path) -> None:
    published = read(finished, store.STATES)
    posteriors = published.filter(regex=r"^state_\d+$")
    assert posteriors.shape[1] == 3
    np.testing.assert_allclose(posteriors.sum(axis=1), 1.0)
    assert (published["fit_end"] < published["session"]).all()


def test_every_model_forecasts_the_same_days_out_of_sample(finished: Path) -> None:
    forecasts = read(finished, store.OUTLOOK)
    wanted = {*MODELS, "lightgbm", "pool"} - {"seen_half"}
    for window, rows in forecasts.groupby("window"):
        days = rows.groupby("model")["session"].agg(frozenset)
        assert days.nunique() == 1, window
        assert wanted <= set(days.index)
        assert ("seen_half" in days.index) == (window == "now")
    np.testing.assert_allclose(forecasts[list(SCENARIOS)].sum(axis=1), 1.0)
    assert (forecasts[list(SCENARIOS)] > 0).all(axis=None)
    assert (forecasts["fit_end"] < forecasts["session"]).all()


def test_metrics_are_told_for_every_window_and_model(finished: Path) -> None:
    metrics = json.loads((finished / store.EVALUATION).read_text())
    for models in metrics.values():
        assert models["climatology"]["log_loss_skill"] == 0.0
        for scores in models.values():
            assert set(scores["auc"]) == set(SCENARIOS)
            assert scores["sessions"] == models["pool"]["sessions"] > 100


def test_the_run_is_logged_with_its_model(finished: Path) -> None:
    run = json.loads((finished / store.RUN).read_text())
    assert run["version"] == run["trials"] == 1
    client = MlflowClient(f"sqlite:///{finished / 'mlflow.db'}")
    version = client.get_model_version(run["registered"], "1")
    assert version.description.startswith("The first model")
    assert client.get_run(run["run_id"]).data.tags["mlflow.note.content"] == version.description


def test_the_last_session_has_a_call(finished: Path) -> None:
    last = read(finished, store.PANEL)["session"].iloc[-1]
    call = publish_latest(store.source())
    assert call["session"] == f"{last:%Y-%m-%d}" == "2021-12-31"
    assert set(call["probabilities"]) == {"now", "week", "ahead", "month"}
    for probabilities in call["probabilities"].values():
        assert sum(probabilities.values()) == pytest.approx(1.0)
    assert call["scenario"] in SCENARIOS
    assert call["drivers"]
    assert call["simulated"]


@pytest.mark.parametrize("lost", ["folder", "alias and folder"])
def test_somebody_scores_when_the_champion_is_lost_or_was_never_made(
    finished: Path, lost: str
) -> None:
    """As after `rm -r data/champion`, or when the very first run was an experiment."""
    name = params.load().registered_name
    client = MlflowClient(f"sqlite:///{finished / 'mlflow.db'}")
    if lost != "folder":
        client.delete_registered_model_alias(name, "champion")
    shutil.rmtree(store.CHAMPION)
    before = ledger.calls(simulated=True)
    result = CliRunner().invoke(app, ["score", "--json", "--no-fetch"])
    assert result.exit_code == 0, result.exception
    assert int(client.get_model_version_by_alias(name, "champion").version) == 1
    assert json.loads(result.stdout) in before
    assert ledger.calls(simulated=True) == before


def test_tuning_goes_on_where_it_stopped_and_logs_each_trial(finished: Path) -> None:
    document = yaml.safe_load((finished / "params.yaml").read_text())
    tried: list[tune.Trial] = []
    tune.search(document, 1, tried.append)
    tune.search(document, 2, tried.append)
    tune.search(document, 2, tried.append)
    assert {trial.settings["outlook.models.logit.inverse_penalty"] for trial in tried} == {
        0.001,
        0.01,
    }
    assert tune.best(document).skill == max(trial.skill for trial in tried)
    client = MlflowClient(f"sqlite:///{finished / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("undertow-tune")
    runs = client.search_runs([experiment.experiment_id])
    assert sorted(run.info.run_name for run in runs) == ["reference", "trial 1", "trial 2"]
    assert [trial.number for trial in tried] == [1, 2]


def test_tuning_may_not_reach_into_the_test_span(finished: Path) -> None:
    document = yaml.safe_load((finished / "params.yaml").read_text())
    document["tune"]["last_test"] = "2021-04-30"
    with pytest.raises(ConfigurationError, match="test span begins on 2021-05-03"):
        tune.search(document, 1, lambda _trial: None)


def test_ingest_again_keeps_every_stored_byte(finished: Path) -> None:
    raw = sorted((finished / store.RAW).rglob("*.parquet"))
    before = [path.read_bytes() for path in raw]
    small_project.run_stages("ingest")
    assert [path.read_bytes() for path in raw] == before


SHORTER = {
    "2022-06-13": "2021-06-14",
    "2025-06-02": "2021-12-28",
    "2025-06-30": "2021-12-31",
    "2025-02-02T23:00Z": "2021-08-01T23:00Z",
    "--trials 20": "--trials 1",
    "promote 3": "promote 1",
    "compare fewer-trees 3": "compare 1 champion",
    "compare fewer-trees": "compare 1",
    "audit --every-session": "audit",
    "audit --quick": "audit",
    "audit": "audit --cuts 1 --quick",
}
"""What a documented command says of the real history, and what the short market has instead."""


REFUSED = {"undertow promote": ModelError, "undertow alerts --test": ConfigurationError}
"""What may rightly be refused here: no challenger waits, and no channel is set up."""


REPLAYED = {"folds of week", "states", "whole"}
"""Jobs of an audit that the command carries out here, each a process of its own.

``audit/test_audit.py`` carries out every one, ``audit/test_remade.py`` the last fit and call.
"""


def some_jobs(*asked: Any) -> list[Job]:
    """What the audit plans, but only those jobs."""
    jobs = [job for job in plan(*asked) if job.name in REPLAYED]
    assert len(jobs) == len(REPLAYED)
    return jobs


def shortened(command: str) -> str:
    for real, short in SHORTER.items():
        command = re.sub(rf"{re.escape(real)}(?= |$)", short, command, count=1)
    return command


@pytest.mark.parametrize(
    "command",
    sorted({shortened(e) for e in documented("undertow") if not e.startswith(NETWORK)}),
)
def test_every_documented_command_runs(
    finished: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webbrowser.open", lambda _address: True)
    monkeypatch.setattr(prove, "plan", some_jobs)
    if "--install-completion" in command:
        pytest.skip("it writes to the home folder; typer's own tests cover it")
    result = CliRunner().invoke(app, shlex.split(command)[1:])
    refused = isinstance(result.exception, REFUSED.get(command, ()))
    assert result.exit_code == 0 or refused, (command, result.exception)


def test_the_notebook_runs_from_a_folder_below_the_project(
    finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its cells in their order, as a kernel would, which needs no notebook server."""
    notebook = json.loads((ROOT / "docs" / "first_look.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]
    monkeypatch.chdir(finished / "data")
    names: dict[str, Any] = {}
    for cell in cells:
        exec(compile(cell, "first_look.ipynb", "exec"), names)  # noqa: S102 - our own cells
    assert names["call"]["session"] == "2021-12-31"
    assert names["found"].verdict == "no difference that this span can show"
    assert Path.cwd() == finished / "data"


@pytest.mark.parametrize("command", documented("make"))
@pytest.mark.slow
def test_every_documented_target_exists(command: str) -> None:
    dry = [*shlex.split(command), "--dry-run"]
    run = subprocess.run(dry, cwd=ROOT, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr
