import os
import shutil
import subprocess
import sys
from importlib.metadata import version

import psutil
import pytest
import yaml

from pipeline.tracking import provenance
from pipeline.tracking.provenance import code_tags, experiment_tags, lock_digest, run_tags

STAGES = ("ingest", "outlook", "register", "report")


def git(folder, *arguments):
    who = ["-c", "user.name=desk", "-c", "user.email=desk@example.org"]
    done = subprocess.run(
        ["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def write_lock(folder, stages):
    document = {"schema": "2.0", "stages": stages}
    (folder / "dvc.lock").write_text(yaml.safe_dump(document, sort_keys=False))


@pytest.fixture(autouse=True)
def outside_dvc(monkeypatch):
    for name in ("DVC_EXP_NAME", "DVC_EXP_BASELINE_REV", "DVC_STAGE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def project(tmp_path):
    """A committed pipeline of four stages whose lock knows the first two."""
    declared = {"stages": {name: {"cmd": f"run {name}"} for name in STAGES}}
    (tmp_path / "dvc.yaml").write_text(yaml.safe_dump(declared, sort_keys=False))
    write_lock(tmp_path, {"ingest": {"outs": ["a"]}, "outlook": {"outs": ["b"]}})
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "first")
    return tmp_path


def test_the_commit_is_told(project):
    tags = code_tags(project)

    assert tags["commit"] == git(project, "rev-parse", "HEAD")
    assert tags["dirty"] == "false"


def test_a_changed_file_is_told_but_the_lock_that_dvc_is_rewriting_is_not(project):
    write_lock(project, {})
    assert code_tags(project)["dirty"] == "false"

    (project / "dvc.yaml").write_text("stages: {}\n")
    assert code_tags(project)["dirty"] == "true"


def test_outside_a_repository_there_is_no_commit(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    assert code_tags(tmp_path) == {"commit": "none", "dirty": "false"}


def test_a_repository_without_a_commit_has_none(tmp_path):
    git(tmp_path, "init", "--quiet")

    assert code_tags(tmp_path) == {"commit": "none", "dirty": "false"}


def no_git(project, monkeypatch):
    monkeypatch.setenv("PATH", "")


def another_owner(project, monkeypatch):
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")


def no_head(project, monkeypatch):
    (project / ".git" / "HEAD").unlink()


def broken_index(project, monkeypatch):
    (project / ".git" / "index").write_bytes(b"broken")


def broken_branch(project, monkeypatch):
    for branch in (project / ".git" / "refs" / "heads").iterdir():
        branch.write_text("broken")


def no_objects(project, monkeypatch):
    shutil.rmtree(project / ".git" / "objects")


def no_patience(project, monkeypatch):
    monkeypatch.setattr(provenance, "_PATIENCE", 1e-6)


@pytest.mark.parametrize(
    "harm",
    [no_git, another_owner, no_head, broken_index, broken_branch, no_objects, no_patience],
    ids=lambda harm: harm.__name__,
)
def test_git_that_does_not_answer_is_unknown_and_never_clean(project, monkeypatch, harm):
    harm(project, monkeypatch)

    assert code_tags(project) == {"commit": "unknown", "dirty": "unknown"}


def test_the_experiment_that_dvc_names(project, monkeypatch):
    monkeypatch.setenv("DVC_EXP_NAME", "grave-duff")
    monkeypatch.setenv("DVC_EXP_BASELINE_REV", "c0ffee")

    tags = experiment_tags(project)

    assert (tags["dvc_experiment"], tags["dvc_baseline"]) == ("grave-duff", "c0ffee")


def test_a_plain_repro_has_no_experiment(project):
    tags = experiment_tags(project)

    assert (tags["dvc_experiment"], tags["dvc_baseline"]) == ("none", "none")


def test_the_lock_digest_taken_inside_a_stage_is_that_of_the_finished_lock(project, monkeypatch):
    monkeypatch.setenv("DVC_STAGE", "register")
    during = experiment_tags(project)["dvc_lock"]
    stages = yaml.safe_load((project / "dvc.lock").read_text())["stages"]
    write_lock(project, stages | {"register": {"outs": ["c"]}, "report": {"outs": ["d"]}})

    assert lock_digest(project, "register") == during
    assert lock_digest(project) != during


def test_the_lock_digest_follows_what_an_earlier_stage_read_or_made(project):
    before = lock_digest(project, "register")
    write_lock(project, {"ingest": {"outs": ["other"]}, "outlook": {"outs": ["b"]}})

    assert lock_digest(project, "register") != before


def test_without_a_lock_there_is_no_digest(tmp_path):
    assert lock_digest(tmp_path) == "none"


@pytest.mark.parametrize(("simulated", "market"), [(True, "simulated"), (False, "real")])
def test_a_run_says_what_it_rests_on(project, simulated, market):
    tags = run_tags(source="files", as_of="2025-06-30", simulated=simulated, folder=project)

    expected = {"source": "files", "as_of": "2025-06-30", "market": market}
    assert expected.items() <= tags.items()
    assert tags["version.mlflow"] == version("mlflow")
    assert tags["version.dvc"] == version("dvc")
    assert {"commit", "dvc_lock", "dvc_experiment"} <= tags.keys()
    assert all(isinstance(value, str) for value in tags.values())


@pytest.mark.parametrize("shell", [False, True], ids=["plain", "by a shell"])
def test_the_training_began_with_the_command_and_not_with_its_last_stage(shell):
    """DVC starts a stage through a shell, which may stay or give its place to the stage."""
    ask = "from pipeline.tracking.provenance import began; print(began().timestamp())"
    words = [sys.executable, "-c", ask]
    command = f"true; '{sys.executable}' -c '{ask}'; true" if shell else words
    for stage, apart in (("register", 0), (None, 1)):
        own = {name: text for name, text in os.environ.items() if name != "DVC_STAGE"}
        environment = own if stage is None else own | {"DVC_STAGE": stage}
        done = subprocess.run(
            command, shell=shell, env=environment, capture_output=True, text=True, check=True
        )
        later = float(done.stdout) - psutil.Process().create_time()
        assert (later > 0.05) == bool(apart), (stage, later)


def test_what_was_typed_is_told(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["/some/where/undertow", "tune", "--trials", "3"])
    tags = run_tags(source="files", as_of="2025-06-30", simulated=False)
    assert tags["mlflow.source.name"] == "undertow tune"
    monkeypatch.setenv("DVC_STAGE", "register")
    tags = run_tags(source="files", as_of="2025-06-30", simulated=False)
    assert tags["mlflow.source.name"] == "dvc repro"
