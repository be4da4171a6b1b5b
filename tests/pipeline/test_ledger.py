import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from pipeline import ledger
from pipeline.errors import SchemaError

WRITER = """
import sys
from pipeline import ledger
who = sys.argv[1]
for day in range(1, 29):
    session = f"2024-02-{day:02d}"
    for name in ("same", f"own_{who}"):
        model = {"name": name}
        ledger.publish({"session": session, "simulated": False, "model": model, "who": who})
"""


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(session: str, model: str = "one", **more: object) -> dict:
    return {"session": session, "simulated": False, "model": {"name": model}, **more}


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
    first = ledger.publish(call("2024-02-01"), backfill=True)
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
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, who], cwd=empty, env=environment)
        for who in "ab"
    ]
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


def test_a_run_killed_while_writing_leaves_the_ledger_whole(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = ledger.publish(call("2024-02-01"))

    def killed(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        ledger.publish(call("2024-02-02"))
    assert ledger.calls(simulated=False) == [kept]
    assert [path.name for path in ledger.folder(simulated=False).iterdir()] == [
        "2024-02-01_one.json"
    ]


def test_a_call_and_its_name_outlast_a_loss_of_power(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled: list[tuple[str, list[str]]] = []
    folder = ledger.folder(simulated=False)

    def settle(path: Path) -> None:
        settled.append((path.suffix, sorted(each.name for each in folder.glob("2024*"))))

    monkeypatch.setattr(ledger, "settle", settle)
    ledger.publish(call("2024-02-01"))
    assert settled == [(".part", []), ("", ["2024-02-01_one.json"])]


def test_of_two_models_that_call_a_session_at_once_one_revises_the_other(empty: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, who], cwd=empty, env=environment)
        for who in "ab"
    ]
    assert [writer.wait() for writer in writers] == [0, 0]
    for day in range(1, 29):
        rows = ledger.of_session(f"2024-02-{day:02d}", simulated=False)
        revised = sorted((len(row["ledger"]["revises"]), row["ledger"]["kind"]) for row in rows)
        assert revised == [(0, "live"), (1, "revised"), (2, "revised")]


def test_a_leftover_of_a_killed_process_is_not_a_call(empty: Path) -> None:
    kept = ledger.publish(call("2024-02-01"))
    left = ledger.folder(simulated=False) / ".2024-02-02_one.json.half.part"
    left.write_text('{"session": "2024-0')
    assert ledger.calls(simulated=False) == [kept]
    ledger.publish(call("2024-02-03"))
    assert not left.exists()


def test_a_damaged_row_is_named(empty: Path) -> None:
    ledger.publish(call("2024-02-01"))
    path = ledger.folder(simulated=False) / "2024-02-01_one.json"
    path.write_text(json.dumps(call("2024-02-01"))[:-5])
    with pytest.raises(SchemaError, match=r"2024-02-01_one\.json"):
        ledger.calls(simulated=False)


def test_a_simulated_call_never_enters_the_real_record(empty: Path) -> None:
    ledger.publish(call("2024-02-01", "one") | {"simulated": True})
    assert ledger.calls(simulated=False) == []
    row = ledger.publish(call("2024-02-01", "two"))
    assert row["ledger"] == row["ledger"] | {"kind": ledger.LIVE, "revises": []}
    assert ledger.called_sessions(simulated=True) == {"2024-02-01"}
