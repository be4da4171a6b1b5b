"""Who starts a process takes it along, and two stages of one project do not run at once."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline.base.errors import ConfigurationError
from pipeline.base.processes import LOCK, at_work

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
SOON = 10.0
FAN_OUT = """
import time
from pipeline.compute.jobs import side_by_side
from pipeline.params import Compute
from pipeline.base.run import stage

def main():
    two = Compute(backend="local", workers=2, scheduler=None)
    for _ in side_by_side(time.sleep, [(60.0,)] * 2, (), two):
        pass

stage(main)
"""
WAIT = "import pipeline; import time; time.sleep(60)"


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen]]:
    """Start a command in a session of its own; whatever is left of it is killed afterwards."""
    begun = []

    def begin(*command: str, **other: object) -> subprocess.Popen:
        begun.append(subprocess.Popen(command, start_new_session=True, cwd=ROOT, **other))  # type: ignore[call-overload]
        return begun[-1]

    yield begin
    for process in begun:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def session_of(leader: int, word: str = "") -> list[int]:
    """Processes of a session that have not ended, and whose command line has a word."""
    if shutil.which("ps") is None:
        pytest.skip("`ps`, which lists processes, is not installed")
    said = subprocess.run(
        ["ps", "-ww", "-o", "pid=,stat=,args=", "-s", str(leader)],
        capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    rows = (line.split(maxsplit=2) for line in said.splitlines())
    return [int(pid) for pid, stat, args in rows if not stat.startswith("Z") and word in args]


def comes_true(asked: Callable[[], bool], within: float = SOON) -> bool:
    deadline = time.monotonic() + within
    while not asked():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_stage_that_is_killed_leaves_no_worker(start, how: signal.Signals) -> None:
    stage = start(sys.executable, "-c", FAN_OUT, stderr=subprocess.DEVNULL)
    assert comes_true(lambda: len(session_of(stage.pid, "multiprocessing.forkserver")) >= 3, 30)
    time.sleep(1.0)
    stage.send_signal(how)
    assert comes_true(lambda: session_of(stage.pid) == [])


@pytest.mark.parametrize(
    ("shell", "how"),
    [
        ("none", signal.SIGKILL),
        ("none", signal.SIGTERM),
        ("sh", signal.SIGKILL),
        ("waiting", signal.SIGKILL),
    ],
)
def test_a_stage_ends_with_the_dvc_that_started_it(start, shell: str, how: signal.Signals) -> None:
    stage = [sys.executable, "-c", WAIT]
    called = {
        "none": stage,
        "waiting": ["sh", "-c", '"$@"; true', "sh", *stage],
    }.get(shell, [shell, "-c", '"$@"', shell, *stage])
    dvc = f"import subprocess; subprocess.run({called!r})"
    environment = os.environ | {"DVC_STAGE": "align"}
    starter = start(sys.executable, "-c", dvc, env=environment)
    assert comes_true(lambda: session_of(starter.pid, WAIT[:20]) != [])
    time.sleep(0.5)
    starter.send_signal(how)
    assert comes_true(lambda: session_of(starter.pid) == [])


def test_a_stage_that_a_shell_left_behind_goes_on(start) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DVC_STAGE"}
    shell = start("sh", "-c", '"$@" & sleep 1.5', "sh", sys.executable, "-c", WAIT, env=environment)
    shell.wait()
    assert not comes_true(lambda: session_of(shell.pid) == [], within=3.0)


def test_two_stages_do_not_work_on_one_folder(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with at_work("align"):
        assert not LOCK.parent.exists(), "this is no project"
    Path("params.yaml").touch()
    with (
        at_work("align"),
        pytest.raises(
            ConfigurationError, match=rf"features cannot .* align \(process {os.getpid()}\)"
        ),
        at_work("features"),
    ):
        pass
    with at_work("features"):
        assert LOCK.read_text().startswith("features")


def test_a_stage_started_by_hand_beside_another_is_refused(tmp_path: Path) -> None:
    shutil.copyfile(ROOT / "params.yaml", tmp_path / "params.yaml")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        with at_work("outlook"):
            done = subprocess.run(
                [sys.executable, "-m", "pipeline.stages.align"],
                env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
                check=False,
            )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("undertow: align cannot start beside outlook (process")
    assert done.stderr.count("\n") == 1


def test_a_python_without_the_projects_packages_is_one_sentence() -> None:
    # -S leaves out what is installed, as the system's Python has nothing of it.
    done = subprocess.run(
        [sys.executable, "-S", "-m", "pipeline.stages.ingest"],
        cwd=ROOT, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "has no pandas" in done.stderr
    assert "run `source .venv/bin/activate`" in done.stderr
    assert done.stderr.count("\n") == 1
