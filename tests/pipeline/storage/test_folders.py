import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.base.errors import StorageError
from pipeline.storage import folders, store
from pipeline.storage.folders import temporary_beside, writing_in

KILLED = """
import os, signal
from pathlib import Path
from pipeline.storage import store
with store.atomic_write(Path("data/file.txt")) as temporary:
    temporary.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""
WAITING = """
from pathlib import Path
from pipeline.storage.folders import writing_in
with writing_in(Path("data"), alone={alone}):
    print("in", flush=True)
    input()
"""


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def python(script: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, "-c", script], env=environment, stdin=pipe, stdout=pipe, text=True
    )


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_a_killed_writer_left_is_removed_by_the_next(empty: Path) -> None:
    store.write_text("old", Path("data/file.txt"))
    writer = python(KILLED)
    writer.communicate()
    assert writer.returncode < 0
    assert len(names(Path("data"))) == 2
    assert Path("data/file.txt").read_text() == "old"
    store.write_text("other", Path("data/other.txt"))
    assert names(Path("data")) == ["file.txt", "other.txt"]


def test_what_a_living_writer_has_begun_is_left_alone(empty: Path) -> None:
    with writing_in(Path("data")), temporary_beside(Path("data/slow.txt")) as temporary:
        store.write_text("quick", Path("data/quick.txt"))
        assert temporary.exists()
    assert names(Path("data")) == ["quick.txt"]


@pytest.mark.parametrize("alone", [True, False])
def test_one_who_writes_alone_waits_for_every_other(empty: Path, alone: bool) -> None:
    first, second = python(WAITING.format(alone=alone)), None
    try:
        assert first.stdout.readline() == "in\n"
        second = python(WAITING.format(alone=True))
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(1.5)
        first.communicate("go\n")
        assert second.communicate("go\n")[0] == "in\n"
    finally:
        for process in filter(None, (first, second)):
            process.kill()
            process.wait()


def test_a_file_system_without_locks_is_written_to_all_the_same(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_given: object) -> None:
        raise OSError(95, "not supported")

    monkeypatch.setattr(folders.fcntl, "flock", refused)
    store.write_text("text", Path("data/file.txt"))
    assert Path("data/file.txt").read_text() == "text"


def test_an_error_names_the_file_that_a_user_knows(empty: Path) -> None:
    with pytest.raises(OSError, match=r"data/file\.txt"), store.atomic_write(Path("data/file.txt")):
        raise OSError(28, "No space left on device", "data/.file.txt.x.part")
    assert names(Path("data")) == []


def test_content_outlasts_a_loss_of_power_before_its_name_changes(
    empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    fsync, replace = store.fsync, Path.replace
    monkeypatch.setattr(store, "fsync", lambda path: (order.append("fsync"), fsync(path)))
    monkeypatch.setattr(
        Path, "replace", lambda path, to: (order.append("replace"), replace(path, to))
    )
    store.write_text("text", Path("data/file.txt"))
    assert order == ["fsync", "replace"]


@pytest.mark.usefixtures("empty")
def test_nothing_is_written_by_steps_upwards() -> None:
    with pytest.raises(StorageError, match=r"leads out of its folder by '\.\.'"):
        store.write_text("x", Path("data/../../x.txt"))
    assert not Path("../x.txt").exists()
