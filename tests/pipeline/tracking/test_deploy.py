"""Somebody scores, also where a project was cloned and its data pulled."""

import shutil
from pathlib import Path

from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.scoring import ledger
from pipeline.scoring.champion import champion_version, load_champion
from pipeline.storage import store


def test_in_a_clone_whose_mlflow_is_empty_the_model_that_came_along_scores(
    run_folder: Path, empty_database: Path
) -> None:
    """`dvc pull` brings the bundle and its receipt; champion and MLflow are the owner's."""
    trained = load_champion("simulated").name
    shutil.rmtree(store.CHAMPION)
    store.write_json({"registered": "undertow-simulated", "version": 4}, store.RUN)
    shutil.copyfile(empty_database, "mlflow.db")
    result = CliRunner().invoke(app, ["score", "--no-fetch", "--json"])
    assert result.exit_code == 0, result.exception
    (call,) = ledger.calls(simulated=True)
    assert (call["model"]["name"], call["model"]["version"]) == (trained, 4)
    assert champion_version("simulated", trained) == 4
