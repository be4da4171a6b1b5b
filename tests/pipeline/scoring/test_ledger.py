import json
import logging
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from pipeline.base.errors import SchemaError, StorageError
from pipeline.scoring import ledger
from tests.pipeline.calls import a_call

WRITER = """
import json, sys
from pipeline.scoring import ledger
call, who = json.loads(sys.argv[1]), sys.argv[2]
for day in range(1, 29):
    session = f"2024-02-{day:02d}"
    for name in ("same", f"own_{who}"):
        model = call["model"] | {"name": name}
        ledger.publish(call | {"session": session, "model": model, "who": who})
"""


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(session: str, model: str = "one", **more: object) -> dict:
    made = a_call(session, simulated=False, **more)
    del made["ledger"]
    return made | {"model": made["model"] | {"name": model}}


def test_what_is_published_is_found_as_published(empty: Path) -> None:
    row = ledger.publish(call("2024-02-01", tier=2))
    assert ledger.find("2024-02-01", "one", simulated=False) == row
    assert row["ledger"]["kind"] == ledger.LIVE
    assert ledger.find("2024-02-01", "two", simulated=False) is None
    assert ledger.called_sessions(simulated=False) == {"2024-02-01"}


def test_the_first_row_of_a_session_and_model_stands(empty: Path) -> None:
    first = ledger.publish(call("2024-02-01", tier=2))
    assert ledger.publish(call("2024-02-01", tier=4)) == first
    assert ledger.calls(simulated=False) == [first]


def test_another_model_is_a_revised_view_beside_the_first(empty: Path) -> None:
    first = ledger.publish(call("2024-02-01"), ledger.BACKFILL)
    second = ledger.publish(call("2024-02-01", "two"))
    assert first["ledger"]["kind"] == ledger.BACKFILL
    assert second["ledger"] | {"published_at": ""} == {
        "kind": ledger.REVISED,
        "published_at": "",
        "revises": ["one"],
    }
    assert ledger.of_session("2024-02-01", simulated=False) == [first, second]


@pytest.mark.parametrize("seconds", [0, -3600], ids=["within a second", "with a clock set back"])
def test_calls_come_in_the_order_of_their_publication(
    empty: Path, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    now = pd.Timestamp("2024-02-02 00:30", tz="UTC")
    order = ["mu", "alpha", "zeta", "beta"]
    for place, model in enumerate(order):
        at = now + pd.Timedelta(seconds=seconds * place)
        with monkeypatch.context() as patched:
            patched.setattr(pd.Timestamp, "now", lambda _zone, at=at: at)
            ledger.publish(call("2024-02-01", model))
    rows = ledger.of_session("2024-02-01", simulated=False)
    assert [row["model"]["name"] for row in rows] == order
    assert rows[-1]["ledger"]["revises"] == order[:-1]


def test_two_processes_at_once_lose_nothing(empty: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", WRITER, json.dumps(call("2024-02-01"))]
    writers = [subprocess.Popen([*command, who], cwd=empty, env=environment) for who in "ab"]
    assert [writer.wait() for writer in writers] == [0, 0]
    rows = ledger.calls(simulated=False)
    keys = [(row["session"], row["model"]["name"]) for row in rows]
    expected = {
        (f"2024-02-{day:02d}", model)
        for day in range(1, 29)
        for model in ("same", "own_a", "own_b")
    }
    assert len(keys) == len(set(keys))
    assert set(keys) == expected


def test_a_writer_killed_before_it_ends_leaves_the_ledger_whole(empty: Path) -> None:
    kept = ledger.publish(call("2024-02-01"))
    killed = """
import os
from pipeline.scoring import ledger
with ledger.writing() as database:
    row = {"session": "2024-02-02", "simulated": False, "model": {"name": "one"}}
    kept = {"kind": "live", "published_at": "2024-02-03T00:31:00+00:00", "revises": []}
    ledger.append(database, row | {"ledger": kept})
    os.kill(os.getpid(), 9)
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run([sys.executable, "-c", killed], cwd=empty, env=environment, check=False)
    assert ended.returncode == -9
    assert ledger.calls(simulated=False) == [kept]
    ledger.publish(call("2024-02-02"))
    assert ledger.called_sessions(simulated=False) == {"2024-02-01", "2024-02-02"}


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM calls",
        "UPDATE calls SET kind = 'live'",
        "INSERT OR REPLACE INTO calls SELECT * FROM calls",
        "REPLACE INTO calls SELECT NULL, market, session, model, kind, '', '{}', '' FROM calls",
    ],
)
def test_no_statement_changes_or_removes_a_published_call(empty: Path, statement: str) -> None:
    kept = ledger.publish(call("2024-02-01"))
    with closing(sqlite3.connect(ledger.FILE)) as database:
        with pytest.raises(sqlite3.IntegrityError, match="a published call"):
            database.execute(statement)
        database.commit()
    assert ledger.calls(simulated=False) == [kept]


def test_of_two_models_that_call_a_session_at_once_one_revises_the_other(empty: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", WRITER, json.dumps(call("2024-02-01"))]
    writers = [subprocess.Popen([*command, who], cwd=empty, env=environment) for who in "ab"]
    assert [writer.wait() for writer in writers] == [0, 0]
    for day in range(1, 29):
        rows = ledger.of_session(f"2024-02-{day:02d}", simulated=False)
        revised = sorted((len(row["ledger"]["revises"]), row["ledger"]["kind"]) for row in rows)
        assert revised == [(0, "live"), (1, "revised"), (2, "revised")]


def test_a_row_that_is_not_as_published_is_named(empty: Path) -> None:
    ledger.publish(call("2024-02-01", tier=2))
    with closing(sqlite3.connect(ledger.FILE)) as database:
        database.execute("DROP TRIGGER calls_never_change")
        database.execute("UPDATE calls SET document = replace(document, 'tier\": 2', 'tier\": 3')")
        database.commit()
    with pytest.raises(SchemaError, match="the call of 2024-02-01 by model one is not as it was"):
        ledger.calls(simulated=False)


def test_a_file_that_a_killed_first_writer_left_empty_is_a_ledger_without_calls(
    empty: Path,
) -> None:
    ledger.FILE.parent.mkdir(parents=True)
    ledger.FILE.touch()
    assert ledger.called_sessions(simulated=False) == set()
    assert ledger.calls(simulated=False) == []
    row = ledger.publish(call("2024-02-01"))
    assert ledger.calls(simulated=False) == [row]


@pytest.mark.parametrize("harm", ["dangling link", "file", "folder in place of the file"])
def test_a_ledger_that_cannot_lie_where_it_should_is_one_sentence(empty: Path, harm: str) -> None:
    folder = ledger.FILE.parent
    folder.parent.mkdir()
    if harm == "dangling link":
        folder.symlink_to(empty / "unmounted")
    elif harm == "file":
        folder.touch()
    else:
        ledger.FILE.mkdir(parents=True)
    for act in (lambda: ledger.publish(call("2024-02-01")), lambda: ledger.calls(simulated=False)):
        with pytest.raises((StorageError, SchemaError), match=r"data/ledger.* is (no|a) folder"):
            act()


def test_a_damaged_file_is_named_and_kept(empty: Path) -> None:
    ledger.publish(call("2024-02-01"))
    ledger.FILE.write_bytes(b"no database" * 100)
    with pytest.raises(SchemaError, match=r"ledger\.db is damaged .*do not delete it"):
        ledger.publish(call("2024-02-02"))
    assert ledger.FILE.read_bytes() == b"no database" * 100


def test_a_ledger_of_a_newer_version_is_refused(empty: Path) -> None:
    ledger.publish(call("2024-02-01"))
    with closing(sqlite3.connect(ledger.FILE)) as database:
        database.execute("PRAGMA user_version = 9")
    with pytest.raises(SchemaError, match="written by a newer undertow"):
        ledger.calls(simulated=False)


def test_a_ledger_that_another_process_holds_is_waited_for_and_told(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.publish(call("2024-02-01"))
    monkeypatch.setattr(ledger, "_PATIENCE", 0.1)
    with closing(sqlite3.connect(ledger.FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="held by another process"):
            ledger.publish(call("2024-02-02"))


def former(folder: Path, row: dict, kind: str, revises: list[str], at: str) -> None:
    kept = {"kind": kind, "published_at": at, "revises": revises}
    path = folder / f"{row['session']}_{row['model']['name']}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(row | {"ledger": kept}, indent=2) + "\n")


def test_calls_kept_as_files_are_taken_over_once_in_their_order(
    empty: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = empty / "data" / "calls" / "real"
    former(folder, call("2024-02-01", "zeta", tier=1), "live", [], "2024-02-02T00:31:00+00:00")
    revised = call("2024-02-01", "alpha", tier=2)
    former(folder, revised, "revised", ["zeta"], "2024-02-02T00:31:00+00:00")
    former(folder, call("2024-01-31", "zeta", tier=0), "backfill", [], "2024-02-03T00:31:00+00:00")
    (folder / "2024-02-05_half.json").write_text('{"session": "2024-0')
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    shutil.copytree(folder, empty / "again")
    with caplog.at_level(logging.WARNING, logger="undertow"):
        rows = ledger.calls(simulated=False)
    named = [(row["session"], row["model"]["name"], row["ledger"]["kind"]) for row in rows]
    assert named == [
        ("2024-01-31", "zeta", "backfill"),
        ("2024-02-01", "zeta", "live"),
        ("2024-02-01", "alpha", "revised"),
    ]
    assert [row["tier"] for row in rows] == [0, 1, 2]
    assert "2024-02-05_half.json is not a call" in caplog.text
    assert "3 published calls were taken over" in caplog.text
    kept = empty / "data" / "ledger" / "calls-before-0.2" / "real"
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == before
    assert not (empty / "data" / "calls").exists()
    # An old branch or experiment may bring the folder back: what is published stands.
    (empty / "data" / "calls").mkdir()
    (empty / "again").rename(folder)
    former(folder, call("2024-01-31", "zeta", tier=4), "live", [], "2024-02-03T00:31:00+00:00")
    with caplog.at_level(logging.WARNING, logger="undertow"):
        assert ledger.calls(simulated=False) == rows
    assert "2024-01-31 by model zeta is in the ledger with another content" in caplog.text


def test_a_simulated_call_never_enters_the_real_record(empty: Path) -> None:
    ledger.publish(call("2024-02-01", "one") | {"simulated": True})
    assert ledger.calls(simulated=False) == []
    row = ledger.publish(call("2024-02-01", "two"))
    assert row["ledger"] == row["ledger"] | {"kind": ledger.LIVE, "revises": []}
    assert ledger.called_sessions(simulated=True) == {"2024-02-01"}
