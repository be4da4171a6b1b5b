"""What lies in ``data/champion`` is held against the registry, which lies elsewhere."""

import shutil
from pathlib import Path

import pytest

from models.bundle import bundle_digest, write_bundle
from pipeline.base.errors import ModelError
from pipeline.scoring.champion import champion_folder
from pipeline.storage import store
from pipeline.tracking import mlflow_store
from pipeline.tracking.deployed import check_deployed
from pipeline.tracking.registry import Registry

pytestmark = pytest.mark.slow


@pytest.fixture
def registry(tmp_path, empty_database, monkeypatch) -> Registry:
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(empty_database, "mlflow.db")
    store.write_text(
        "tracking: {uri: 'sqlite:///mlflow.db', model_name: tide}\n", Path("params.yaml")
    )
    return Registry(f"sqlite:///{tmp_path}/mlflow.db", "tide-files")


@pytest.fixture
def champion(registry, record, bundle, features) -> Path:
    """A registered version, put where scoring reads it."""
    run_id = mlflow_store.log_run(record, registry.uri, "undertow")
    version = registry.register(bundle, features[["vix_log_gap"]].tail(1), run_id)
    shutil.copytree(bundle, folder := champion_folder("files"))
    _note(folder, version)
    return folder


def _note(folder: Path, version: int) -> None:
    note = {"version": version, "model": "0123456789ab", "digest": bundle_digest(folder)}
    store.write_json(note, folder.with_name("files.json"))


def test_a_registered_bundle_passes_and_one_rewritten_with_its_note_does_not(champion) -> None:
    check_deployed("files")
    write_bundle({"windows": {}}, champion)
    for version in (1, 999):
        _note(champion, version)
        with pytest.raises(ModelError, match=r"no version of tide-files in .*mlflow\.db has its"):
            check_deployed("files")


def test_nothing_is_said_where_the_registry_cannot_vouch(champion, registry, monkeypatch) -> None:
    write_bundle({"windows": {}}, champion)
    check_deployed("simulated")  # nothing lies there
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    check_deployed("files")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///elsewhere.db")
    check_deployed("files")
    assert not Path("elsewhere.db").exists()


def test_a_database_that_is_none_is_told_and_the_evening_goes_on(champion, caplog) -> None:
    Path("mlflow.db").write_bytes(b"no database at all" * 100)
    check_deployed("files")
    assert "cannot be asked whether the model that scores is a registered one" in caplog.text
