import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import mlflow
import pytest

from pipeline.tracking import mlflow_store
from pipeline.tracking.attempt import attempted
from tests import forked

pytestmark = pytest.mark.slow

EXPERIMENT = "attempts"

# Begins a run as stage register does, tells its id, and is in the middle of it until it is killed.
LOGS = """
import sys, time
from pathlib import Path
import pandas as pd
from pipeline.tracking import mlflow_store
from pipeline.tracking.attempt import attempted
from tests import forked
from pipeline.tracking.record import RunRecord

def linger(client, run_id, record):
    print(run_id, flush=True)
    time.sleep(600)

mlflow_store._fill = linger
folder, uri, experiment = sys.argv[1:]
with attempted(Path(folder), uri, experiment) as tag:
    mlflow_store.log_run(RunRecord(None, {}, {}, pd.DataFrame(), "", [], tag), uri, experiment)
"""


@contextmanager
def logging_in(folder: Path, uri: str) -> Iterator[str]:
    """Id of a run that another process is logging, until it is killed when the block ends."""
    command = ["-c", LOGS, str(folder), uri, EXPERIMENT]
    with forked.running(command, folder.parent) as said:
        yield said.readline().strip()


def status(run_id: str, uri: str) -> str:
    return mlflow.MlflowClient(uri).get_run(run_id).info.status


def is_held_alone(folder: Path) -> bool:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def test_the_next_attempt_ends_a_killed_run_and_no_living_one(uri, tmp_path):
    mine, anothers = tmp_path / "mine", tmp_path / "another's"
    with logging_in(anothers, uri) as living:
        with logging_in(mine, uri) as killed:
            assert is_held_alone(mine)
            assert status(killed, uri) == "RUNNING"

        with attempted(mine, uri, EXPERIMENT):
            assert status(killed, uri) == "KILLED"
            assert status(living, uri) == "RUNNING"


def test_a_run_that_was_ended_stays_as_it_is(sqlite, record, tmp_path):
    def log_and_break_off(record) -> str:
        with attempted(tmp_path, sqlite, EXPERIMENT) as tag:
            mlflow_store.log_run(replace(record, tags=tag), sqlite, EXPERIMENT)
            raise InterruptedError(tag["attempt"])

    with pytest.raises(InterruptedError) as broken:
        log_and_break_off(record)
    with attempted(tmp_path, sqlite, EXPERIMENT):
        pass

    client = mlflow.MlflowClient(sqlite)
    place = client.get_experiment_by_name(EXPERIMENT).experiment_id
    (run,) = client.search_runs([place], f"tags.attempt = '{broken.value}'")
    assert run.info.status == "FINISHED"


def test_nothing_is_asked_when_nothing_was_left(tmp_path, monkeypatch):
    monkeypatch.setattr(mlflow_store, "end_killed", None)

    for _ in range(2):
        with attempted(tmp_path, "sqlite:///absent.db", EXPERIMENT):
            pass

    assert list(tmp_path.iterdir()) == []


def test_a_note_about_another_store_is_no_obstacle(sqlite, tmp_path):
    (tmp_path / "note").write_text("0" * 32)

    with attempted(tmp_path, sqlite, "never heard of") as tag:
        assert tag["attempt"] != "0" * 32
