"""A local store that a run could not be logged to: found before training, with its own remedy."""

import logging
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from mlflow.entities import Experiment, ExperimentTag
from mlflow.exceptions import MlflowException

from pipeline.base.errors import ConfigurationError
from pipeline.tracking import local_store, mlflow_store
from pipeline.tracking.address import check_reachable, complaint
from pipeline.tracking.races import found_or_made, tag_experiment
from pipeline.tracking.registry import Registry
from pipeline.tracking.remedies import SPACE


@pytest.fixture
def file(tmp_path, empty_database) -> Path:
    return Path(shutil.copyfile(empty_database, tmp_path / "mlflow.db"))


def address(file: Path) -> str:
    return f"sqlite:///{file}"


def change(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


DELETED = (
    "INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage, workspace) "
    "VALUES (7, 'undertow', '/gone', 'deleted', 'default')"
)
OLDER = "UPDATE alembic_version SET version_num = '0584bdc529eb'"
NEWER = "UPDATE alembic_version SET version_num = 'f00000000000'"


@pytest.mark.parametrize(
    ("statements", "problem", "remedy"),
    [
        ((DELETED,), "is deleted", "mlflow experiments restore --experiment-id 7"),
        ((OLDER,), "is of an older MLflow", "mlflow db upgrade sqlite:///"),
        ((NEWER,), "is of a newer MLflow", "run `make setup`"),
        (("DROP TABLE alembic_version",), "was never finished", "put back a copy"),
        (("DELETE FROM alembic_version",), "was never finished", "put back a copy"),
        (
            ("DROP TABLE alembic_version", "ALTER TABLE experiments RENAME TO mine"),
            "is no database of MLflow's",
            "name another file",
        ),
    ],
)
def test_what_no_run_could_be_logged_to_is_refused_with_its_remedy(
    file, statements, problem, remedy
):
    change(file, *statements)

    with pytest.raises(ConfigurationError) as caught:
        check_reachable(address(file), "undertow")

    assert problem in str(caught.value)
    assert remedy in str(caught.value)
    assert "move" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_database_that_another_process_holds_is_told(file, monkeypatch):
    monkeypatch.setattr(local_store, "_PATIENCE", 0.05)
    with closing(sqlite3.connect(file)) as holder:
        holder.execute("BEGIN IMMEDIATE")

        with pytest.raises(ConfigurationError, match=r"is locked; wait for the process that holds"):
            check_reachable(address(file))

    check_reachable(address(file))


@pytest.mark.parametrize("damage", [slice(100, 200), slice(4096, 200_000)])
def test_a_damaged_database_is_kept(file, damage):
    content = bytearray(file.read_bytes())
    content[damage] = b"x" * len(content[damage])
    file.write_bytes(content)

    with pytest.raises(ConfigurationError, match=r"put back a copy of it.*keep this one"):
        check_reachable(address(file), "undertow")


def test_a_deleted_experiment_is_told_at_a_server_and_where_runs_are_logged(file, record):
    change(file, DELETED)

    for ask in (
        lambda uri: mlflow_store.check_server(uri, "undertow"),
        lambda uri: mlflow_store.log_run(record, uri, "undertow"),
    ):
        with pytest.raises(ConfigurationError, match=r"is deleted.*experiments restore"):
            ask(address(file))


def test_a_healthy_database_and_one_to_be_made_are_fine(file, monkeypatch, tmp_path, caplog):
    # The folder of the tests may hold a champion, whose database would be missed here.
    monkeypatch.chdir(tmp_path)
    empty = tmp_path / "empty" / "mlflow.db"
    empty.parent.mkdir()
    empty.touch()
    (tmp_path / "fresh").mkdir()

    check_reachable(address(file), "undertow")
    check_reachable(address(empty), "undertow")
    check_reachable(address(tmp_path / "fresh" / "mlflow.db"), "undertow")

    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_a_file_that_was_never_written_is_made(tmp_path):
    file = tmp_path / "mlflow.db"
    file.touch()

    assert Registry(address(file), "any").versions() == []


@pytest.mark.parametrize("left", ["mlartifacts/3", "data/champion/files"])
@pytest.mark.parametrize(
    "ask", [check_reachable, lambda uri: Registry(uri, "any").versions()], ids=["check", "look"]
)
def test_a_lost_database_is_told_with_what_it_means(tmp_path, monkeypatch, caplog, left, ask):
    monkeypatch.chdir(tmp_path)
    (tmp_path / left).mkdir(parents=True)

    ask(address(tmp_path / "mlflow.db"))

    assert "mlflow.db is not there" in caplog.text
    assert "without the earlier runs" in caplog.text
    assert ("goes on scoring" in caplog.text) == left.startswith("data")
    assert not (tmp_path / "mlflow.db").exists()


def test_lost_files_of_runs_are_told(file, caplog):
    here = file.with_name("mlartifacts")
    change(
        file,
        DELETED.replace("'deleted'", "'active'").replace("/gone", str(here)),
        "INSERT INTO runs (run_uuid, experiment_id) VALUES ('a', 7)",
    )

    check_reachable(address(file), "undertow")

    assert f"their files in {here} are gone" in caplog.text


SAYINGS = {
    "(sqlite3.OperationalError) database or disk is full": "free some space",
    "[Errno 28] No space left on device": "free some space",
    "(sqlite3.OperationalError) database is locked": "wait for the process",
    "(sqlite3.OperationalError) attempt to write a readonly database": "the right to write",
    "(sqlite3.OperationalError) unable to open database file": "the right to write",
    "(sqlite3.DatabaseError) database disk image is malformed": "put back a copy",
    "(sqlite3.IntegrityError) UNIQUE constraint failed: experiments.name": "undertow doctor",
    "The run 3 must be in the 'active' state. Current state is deleted.": "mlflow runs restore",
    "Run with id=3 not found": "undertow doctor",
}


@pytest.mark.parametrize(("said", "remedy"), SAYINGS.items())
def test_each_refusal_has_its_own_remedy_and_space_is_asked_for_of_a_full_disk_only(said, remedy):
    told = complaint("sqlite:////desk/mlflow.db", said)

    assert remedy in told
    assert (SPACE in told) == ("full" in said or "space" in said)
    assert "move" not in told


@pytest.mark.parametrize("found", [None, "made meanwhile"])
def test_what_another_process_makes_meanwhile_is_as_good(found):
    looks = iter([None, "theirs"])

    def make() -> None:
        raise MlflowException("UNIQUE constraint failed: experiments.name")

    answer: Callable[[], str | None] = (lambda: found) if found else (lambda: next(looks))

    assert found_or_made(answer, make) == (found or "theirs")


def test_a_tag_that_another_process_gives_meanwhile_is_as_good():
    class Slower:
        def get_experiment(self, _experiment_id: str) -> Experiment:
            return Experiment("1", "undertow", "here", "active", [ExperimentTag("k", "v")] * met)

        def set_experiment_tag(self, *_tag: str) -> None:
            nonlocal met
            met = 1
            raise MlflowException("UNIQUE constraint failed: experiment_tags.key")

    met = 0
    tag_experiment(Slower(), "1", "k", "v")

    assert met == 1
