import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import ledger, store
from pipeline.errors import SchemaError

WRITER = """
import sys
from pipeline import ledger
who = sys.argv[1]
for day in range(1, 29):
    session = f"2024-02-{day:02d}"
    ledger.publish({"session": session, "model": {"name": "same"}, "who": who})
    ledger.publish({"session": session, "model": {"name": f"own_{who}"}, "who": who})
"""


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(session: str, model: str = "one", **more: object) -> dict:
    return {"session": session, "model": {"name": model}, **more}


def test_what_is_published_is_found_as_published(empty: Path) -> None:
    row = ledger.publish(call("2024-02-01", tier=2))
    assert ledger.find("2024-02-01", "one") == row
    assert row["ledger"]["kind"] == ledger.LIVE
    assert ledger.find("2024-02-01", "two") is None
    assert ledger.called_sessions() == {"2024-02-01"}


def test_the_first_row_of_a_session_and_model_stands(empty: Path) -> None:
    first = ledger.publish(call("2024-02-01", tier=2))
    assert ledger.publish(call("2024-02-01", tier=4)) == first
    assert ledger.calls() == [first]


def test_another_model_is_a_revised_view_beside_the_first(empty: Path) -> None:
    first = ledger.publish(call("2024-02-01"), backfill=True)
    second = ledger.publish(call("2024-02-01", "two"))
    assert first["ledger"]["kind"] == ledger.BACKFILL
    assert second["ledger"] | {"published_at": ""} == {
        "kind": ledger.REVISED,
        "published_at": "",
        "revises": ["one"],
    }
    assert ledger.of_session("2024-02-01") == [first, second]


def test_two_processes_at_once_lose_nothing(empty: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, who], cwd=empty, env=environment)
        for who in "ab"
    ]
    assert [writer.wait() for writer in writers] == [0, 0]
    rows = ledger.calls()
    keys = [(row["session"], row["model"]["name"]) for row in rows]
    expected = {
        (f"2024-02-{day:02d}", model)
        for day in range(1, 29)
        for model in ("same", "own_a", "own_b")
    }
    assert len(keys) == len(set(keys))
    assert set(keys) == expected


def test_a_run_killed_while_writing_leaves_the_ledger_whole(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = ledger.publish(call("2024-02-01"))

    def killed(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        ledger.publish(call("2024-02-02"))
    assert ledger.calls() == [kept]
    assert [path.name for path in store.CALLS.iterdir()] == ["2024-02-01_one.json"]


def test_a_leftover_of_a_killed_process_is_not_a_call(empty: Path) -> None:
    kept = ledger.publish(call("2024-02-01"))
    (store.CALLS / ".call.half").write_text('{"session": "2024-0')
    assert ledger.calls() == [kept]


def test_a_damaged_row_is_named(empty: Path) -> None:
    ledger.publish(call("2024-02-01"))
    path = store.CALLS / "2024-02-01_one.json"
    path.write_text(json.dumps(call("2024-02-01"))[:-5])
    with pytest.raises(SchemaError, match=r"2024-02-01_one\.json"):
        ledger.calls()
