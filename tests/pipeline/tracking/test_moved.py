"""A store that lies elsewhere now: it reads and writes beside its database, and nowhere else."""

import logging
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.tracking import local_store, mlflow_store
from pipeline.tracking.address import tracking_uri
from pipeline.tracking.registry import Registry

NAME = "undertow-files"


@pytest.fixture(scope="module")
def kept(tmp_path_factory, empty_database, record, bundle, features) -> Path:
    """A project with one run and one version, to be copied by each test."""
    folder = tmp_path_factory.mktemp("kept")
    shutil.copyfile(empty_database, folder / "mlflow.db")
    uri = f"sqlite:///{folder}/mlflow.db"
    run_id = mlflow_store.log_run(record, uri, "undertow")
    Registry(uri, NAME).register(bundle, features[["vix_log_gap"]].tail(1), run_id)
    return folder


@pytest.fixture
def original(kept, tmp_path) -> Path:
    """Such a project at a place of its own, noted as such by MLflow."""
    folder = Path(shutil.copytree(kept, tmp_path / "before"))
    Registry(f"sqlite:///{folder}/mlflow.db", NAME).versions()
    return folder


def content(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def noted(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "mlflow.db")) as connection:
        return "\n".join(connection.iterdump())


@pytest.mark.parametrize("name", ["after", "a name with blanks", "50%25 #1?"])
def test_a_moved_project_reads_and_writes_at_its_new_place_alone(
    original, record, name, tmp_path, caplog, monkeypatch
):
    caplog.set_level(logging.INFO, "undertow")
    after = Path(shutil.move(original, tmp_path / name))
    monkeypatch.chdir(after)
    uri = tracking_uri("sqlite:///mlflow.db")
    back = tmp_path / "back"
    back.mkdir()

    (version,) = Registry(uri, NAME).versions()
    fetched = mlflow_store.fetch_artifact("metrics.json", version.run_id, back, uri)
    bundle = Registry(uri, NAME).fetch_bundle(1, back)
    run_id = mlflow_store.log_run(record, uri, "undertow")

    assert fetched.read_text() == "{}"
    assert (bundle / "hashes.json").is_file()
    assert (after / "mlartifacts" / run_id / "artifacts" / "metrics.json").is_file()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "back"])
    assert caplog.text.count(f"moved or copied from {original}") == 1
    assert str(original) not in noted(after)


def test_a_copy_leaves_the_original_alone(original, record, tmp_path):
    copy = Path(shutil.copytree(original, tmp_path / "copy"))
    before = content(original)
    uri = f"sqlite:///{copy}/mlflow.db"
    (version,) = Registry(uri, NAME).versions()
    shutil.rmtree(original / "mlartifacts")

    run_id = mlflow_store.log_run(record, uri, "undertow")
    mlflow_store.fetch_artifact("metrics.json", version.run_id, tmp_path, uri)

    assert (copy / "mlartifacts" / run_id).is_dir()
    assert not (original / "mlartifacts").exists()
    assert content(original).items() <= before.items()


def test_the_check_before_training_does_it_already(original, tmp_path):
    after = Path(shutil.move(original, tmp_path / "after"))

    local_store.check(after / "mlflow.db", f"sqlite:///{after}/mlflow.db")

    assert str(original) not in noted(after)


def test_files_that_stayed_behind_are_told_with_the_command_that_brings_them(
    original, tmp_path, caplog
):
    after = tmp_path / "after"
    after.mkdir()
    shutil.copyfile(original / "mlflow.db", after / "mlflow.db")

    Registry(f"sqlite:///{after}/mlflow.db", NAME).versions()

    assert f"cp -r {original}/mlartifacts {after}/mlartifacts" in caplog.text


def test_a_place_that_a_person_chose_elsewhere_stays(original, tmp_path):
    elsewhere = tmp_path / "disk" / "mlartifacts"
    elsewhere.mkdir(parents=True)
    shutil.rmtree(original / "mlartifacts")
    with closing(sqlite3.connect(original / "mlflow.db")) as connection, connection:
        connection.execute("UPDATE experiments SET artifact_location = ?", (str(elsewhere),))

    Registry(f"sqlite:///{original}/mlflow.db", NAME).versions()

    assert str(elsewhere) in noted(original)


def test_a_store_at_home_is_not_written_to(original):
    before = (original / "mlflow.db").read_bytes()

    local_store.prepare(original / "mlflow.db", f"sqlite:///{original}/mlflow.db")

    assert (original / "mlflow.db").read_bytes() == before
