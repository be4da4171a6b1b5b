"""MLflow's database file: whole, or not there."""

import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.base.errors import ConfigurationError
from pipeline.tracking import database, mlflow_store
from pipeline.tracking.record import RunRecord
from pipeline.tracking.registry import Registry
from tests import forked

KILLED = """
import os, signal
from pathlib import Path
from pipeline.tracking import database
database.MlflowClient = lambda uri: os.kill(os.getpid(), signal.SIGKILL)
database.make(Path("mlflow.db"))
"""


@pytest.mark.slow
def test_one_who_is_killed_while_making_it_leaves_none(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = forked.run(["-c", KILLED], tmp_path)
    assert run.returncode == -signal.SIGKILL
    assert not Path("mlflow.db").exists()
    assert len(list(tmp_path.iterdir())) == 1
    uri = f"sqlite:///{tmp_path / 'mlflow.db'}"
    assert Registry(uri, "any").versions() == []
    assert [path.name for path in tmp_path.iterdir()] == ["mlflow.db"]


def test_what_is_there_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "mlflow.db"
    file.write_bytes(b"whatever")
    database.make(file)
    assert file.read_bytes() == b"whatever"


def test_a_database_that_refuses_a_row_is_one_sentence_and_no_traceback(
    empty_database: Path, tmp_path: Path, record: RunRecord, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mlflow.db"
    shutil.copyfile(empty_database, file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("ALTER TABLE runs RENAME COLUMN status TO gone")
    with pytest.raises(ConfigurationError, match=r"cannot be used: table runs has no column"):
        mlflow_store.log_run(record, f"sqlite:///{file}", "any")
    assert "Traceback" not in capfd.readouterr().err


def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "mlflow.db"
    file.write_bytes(b"no database at all" * 100)
    with pytest.raises(ConfigurationError, match=r"mlflow\.db: it is not a SQLite database"):
        Registry(f"sqlite:///{file}", "any").versions()


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc, as Linux has it")
def test_no_connection_stays_open(
    empty_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python 3.13 warns of one that nobody closes."""
    monkeypatch.delenv("MLFLOW_SQLALCHEMYSTORE_POOLCLASS", raising=False)
    shutil.copyfile(empty_database, tmp_path / "mlflow.db")
    assert Registry(f"sqlite:///{tmp_path}/mlflow.db", "any").versions() == []
    links = [path.readlink() for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    assert [link for link in links if tmp_path in link.parents] == []
