import fcntl
import json
from pathlib import Path

import pytest
import yaml

from pipeline.base.errors import ConfigurationError
from pipeline.doctor.dvc_state import remove_half_written

LOCK = yaml.safe_dump(
    {
        "schema": "2.0",
        "stages": {
            "score": {
                "cmd": "python -m pipeline.stages.score",
                "deps": [{"path": "data/model", "hash": "md5", "md5": "0a1b2c", "size": 3}],
                "params": {"params.yaml": {"data.end": None}},
                "outs": [{"path": "data/calls", "hash": "md5", "md5": "0b1c2d", "size": 4}],
            }
        },
    },
    sort_keys=False,
)
LISTED = json.dumps({"write": {}, "read": {}})


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / ".dvc" / "tmp"
    folder.mkdir(parents=True)
    for name in ("lock", "rwlock.lock"):
        (folder / name).touch()
    (folder / "rwlock").write_text(LISTED)
    Path("dvc.lock").write_text(LOCK)
    return folder


def test_what_is_whole_stays(state: Path) -> None:
    remove_half_written()
    assert (state / "rwlock").read_text() == LISTED
    assert Path("dvc.lock").read_text() == LOCK


@pytest.mark.parametrize("text", ["", LISTED[:-3], "[]"])
def test_a_list_of_locks_that_was_cut_short_is_removed(state: Path, text: str) -> None:
    (state / "rwlock").write_text(text)
    remove_half_written()
    assert not (state / "rwlock").exists()
    assert Path("dvc.lock").exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sch",
        LOCK[:40],
        LOCK[: LOCK.index("- path") + 5],
        LOCK[: LOCK.index("    cmd")],
        LOCK[: LOCK.index("score:")],
        LOCK[:60] + "\0" * 100,
        LOCK + "  report:\n",
    ],
)
def test_a_lock_that_was_cut_short_is_removed_and_told(state: Path, text: str, caplog) -> None:
    Path("dvc.lock").write_text(text)
    remove_half_written()
    assert not Path("dvc.lock").exists()
    assert "dvc.lock was half written" in caplog.text
    assert "every stage runs again" in caplog.text


@pytest.mark.parametrize("guard", ["lock", "rwlock.lock"])
def test_nothing_is_touched_while_a_dvc_is_at_work(state: Path, guard: str) -> None:
    (state / "rwlock").write_text("")
    with (state / guard).open("a") as file:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX)
        remove_half_written()
        assert (state / "rwlock").exists()
    remove_half_written()
    assert not (state / "rwlock").exists()


def test_a_project_without_dvc_is_left_alone(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    remove_half_written()
    assert list(tmp_path.iterdir()) == []


CONFLICT = "<<<<<<< HEAD\n  ingest: {cmd: a}\n=======\n  ingest: {cmd: b}\n>>>>>>> other\n"


@pytest.mark.parametrize("name", ["dvc.lock", "dvc.yaml"])
def test_a_merge_that_is_not_finished_is_told_and_left(state: Path, name: str) -> None:
    text = "schema: '2.0'\nstages:\n" + CONFLICT
    Path(name).write_text(text)
    with pytest.raises(ConfigurationError, match=rf"{name} has git's conflict markers.*in line 3"):
        remove_half_written()
    assert Path(name).read_text() == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LOCK.replace("2.0", "3.0"), "invalid schema version"),
        (LOCK.replace("cmd:", "command:"), "extra keys not allowed"),
        (LOCK.replace("    deps:", "\tdeps:"), "cannot start any token"),
        ("a: [", "expected the node content"),
    ],
)
def test_a_lock_that_is_not_cut_short_is_not_ours_to_remove(
    state: Path, text: str, said: str
) -> None:
    Path("dvc.lock").write_text(text)
    with pytest.raises(ConfigurationError, match=rf"(?s){said}.*git checkout dvc.lock"):
        remove_half_written()
    assert Path("dvc.lock").read_text() == text
