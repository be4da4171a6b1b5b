"""The documented `dvc` commands on a project under git, and its hand-over to a colleague."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.storage import store
from tests.pipeline.documented import documented
from tools.small_project import short_params

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
DVC = """
import shlex, sys
from dvc.cli import main
from dvc.stage import run as stages
from tests import forked

def run(executable, command, **others):
    if "ingest" in command:
        return alone(executable, command, **others)
    import altair, exchange_calendars, lightgbm, mlflow, pandera, scipy.stats, sklearn.linear_model
    done = forked.run(shlex.split(command)[1:], others["cwd"], others["env"])
    sys.stderr.write(done.stderr)
    if done.returncode:
        raise stages.StageCmdFailedError(command, done.returncode)

alone, stages._run = stages._run, run
for line in sys.stdin:
    print(f"\\0{main(shlex.split(line)[1:])}", flush=True)
"""
"""Runs each line that it is sent as a command: a `dvc` of its own takes two seconds to start. The
stages but the first, which is a process as it should be, are its forks: they have its libraries."""

Say = Callable[[str], str]


@pytest.fixture
def project(tmp_path: Path, empty_database: Path) -> Path:
    """The project as committed, on a short simulated market and under git, as DVC wants it."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    files = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=False)
    if files.returncode:
        pytest.skip("not a git checkout")
    place = tmp_path / "project"
    for name in files.stdout.splitlines():
        if (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, place / name)
    baselines = ("climatology", "vix", "seen_half")
    document = short_params("2015-01-02", "2021-12-31", "2021-05-03", baselines=baselines)
    document["walk_forward"]["refit_every"] = 126
    (place / "params.yaml").write_text(yaml.safe_dump(document))
    shutil.copyfile(empty_database, place / "mlflow.db")
    for command in ("init --quiet", "add --all", "commit --quiet --message start"):
        git(place, command)
    return place


def git(folder: Path, command: str) -> None:
    person = ["-c", "user.name=test", "-c", "user.email=test@localhost"]
    subprocess.run(["git", *person, *shlex.split(command)], cwd=folder, check=True)


def undertow(command: str) -> str:
    result = CliRunner().invoke(app, shlex.split(command))
    assert result.exit_code == 0, (command, result.exception)
    return result.stdout


@contextmanager
def dvc_in(folder: Path) -> Iterator[Say]:
    """Run `dvc` commands in a folder: each gives what it printed."""
    names = dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "test")
    mails = dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "test@localhost")
    environment = {**os.environ, **names, **mails, "DVC_NO_ANALYTICS": "true"}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    # The packages are installed once, and may stand for another working tree than this one.
    environment["PYTHONPATH"] = str(folder)
    pipe, words = subprocess.PIPE, [sys.executable, "-c", DVC]
    with (
        (folder.parent / f"{folder.name}.log").open("w+") as log,
        subprocess.Popen(
            words, cwd=folder, env=environment, stdin=pipe, stdout=pipe, stderr=log, text=True
        ) as process,
    ):

        def run(command: str) -> str:
            print(command, file=process.stdin, flush=True)
            said, code = "", ""
            for line in process.stdout:
                part, mark, code = line.partition("\0")
                said += part
                if mark:
                    break
            log.seek(0)
            assert code.strip() == "0", (command, said[-2000:], log.read()[-2000:])
            return said

        yield run


def kept() -> list[bytes]:
    folders = (store.LEDGER, store.CHAMPION)
    return [p.read_bytes() for f in folders for p in sorted(f.rglob("*")) if p.is_file()]


def test_documented_dvc_commands_run_and_leave_everything_up_to_date(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    looks = ("dvc exp show", "dvc metrics", "dvc exp apply", "dvc plots")
    order = ("dvc repro", "dvc exp run", *looks)
    listed = documented("dvc")
    first, *later = [each for word in order for each in listed if each.startswith(word)]
    assert sorted([first, *later]) == listed
    assert first == "dvc repro"
    with dvc_in(project) as run:
        run(first)
        undertow("promote 1 --despite 'a short market'")
        undertow("score")
        before = kept()
        assert len(before) == 5
        said = {}
        for command in later:
            said[command] = run(command.partition(" && ")[0])
            assert kept() == before, command
        assert_the_experiment_is_shown(said, run)
        assert_a_colleague_recomputes_nothing(project, run)
        assert "up to date" in run(f"dvc --cd {project} status")
    # The colleague's `-C` left this process in the other folder.
    assert len(list((project / "dvc_plots/static").glob("*figures*.svg"))) >= 15


def assert_the_experiment_is_shown(said: dict[str, str], run: Say) -> None:
    for table in (text for command, text in said.items() if command.startswith("dvc exp show")):
        assert "fewer-trees" in table
        assert "ahead.skill" in table
    shown = json.loads(run("dvc exp show --json"))[1]["experiments"][0]["revs"][0]["data"]
    assert "skill" in shown["metrics"]["data/metrics.json"]["data"]["ahead"]
    applied = yaml.safe_load(Path("params.yaml").read_text(encoding="utf-8"))
    assert applied["outlook"]["models"]["lightgbm"]["trees"] == 40


def assert_a_colleague_recomputes_nothing(project: Path, run: Say) -> None:
    """As docs/dvc.md hands a project over: git for the lock, a remote for the data."""
    clone = project.parent / "colleague"
    run(f"dvc remote add --default store {project.parent / 'remote'}")
    git(project, "add dvc.lock params.yaml .dvc/config")
    git(project, "commit --quiet --message trained")
    run("dvc push")
    git(project.parent, f"clone --quiet {project} {clone}")
    run(f"dvc --cd {clone} pull")
    assert "Running stage" not in run(f"dvc --cd {clone} repro")
    call = json.loads(undertow(f"-C {clone} score --no-fetch --json"))
    assert call["model"]["name"] == json.loads((clone / store.RUN).read_text())["model"]
