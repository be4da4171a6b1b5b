"""Provenance: the tags by which a run, a commit and a DVC experiment find each other."""

import getpass
import hashlib
import json
import os
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path

import psutil
import yaml

from pipeline.base.processes import starter
from pipeline.base.versions import version_tags

NONE = "none"
"""Value of a tag that does not apply: no commit, no lock, no experiment."""

UNKNOWN = "unknown"
"""Value of a tag that git was asked for and did not answer."""

# Seconds that git has for an answer.
_PATIENCE = 30.0
_LOCK, _PIPELINE = Path("dvc.lock"), Path("dvc.yaml")


def run_tags(*, source: str, as_of: str, simulated: bool, folder: Path = Path()) -> dict[str, str]:
    """Every tag of a run.

    Parameters
    ----------
    as_of
        Last session of the data, as ``YYYY-MM-DD``.

    Returns
    -------
    dict
        ``source``, ``as_of``, ``market`` (``simulated`` or ``real``), and those of `code_tags`,
        `experiment_tags` and `version_tags`; and who started it, by MLflow's own names.
    """
    return {
        "source": source,
        "as_of": as_of,
        "market": "simulated" if simulated else "real",
        **code_tags(folder),
        **experiment_tags(folder),
        **version_tags(),
        **_shown_tags(),
    }


def began() -> datetime:
    """Instant (UTC) at which the training began: when the DVC command did that runs this stage.

    Its earlier stages are part of the training; what it found unchanged, or took from its cache,
    took no time. A stage that is run by hand began with its own process.
    """
    process = psutil.Process()
    if "DVC_STAGE" in os.environ:
        # Where processes of others cannot be looked at, this one's own beginning is told.
        with suppress(psutil.Error):
            process = psutil.Process(starter())
    return datetime.fromtimestamp(process.create_time(), UTC)


def _shown_tags() -> dict[str, str]:
    """MLflow's own names for who started the run, and by what: its pages show both."""
    tags = {"mlflow.source.name": _command(), "mlflow.source.type": "PROJECT"}
    try:
        return tags | {"mlflow.user": getpass.getuser()}
    except (KeyError, OSError):  # a container's user may have no name
        return tags


def _command() -> str:
    """What was typed: the DVC command, or the program and its first word, as in `undertow tune`."""
    if os.environ.get("DVC_EXP_NAME"):
        return "dvc exp run"
    if "DVC_STAGE" in os.environ:
        return "dvc repro"
    return " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]])


def code_tags(folder: Path = Path()) -> dict[str, str]:
    """Tell the commit, and whether tracked files differ from it.

    ``dvc.lock`` does not count as a difference: DVC rewrites it while the pipeline runs. What git
    does not answer, because it is not installed, takes too long, or refuses a repository that
    another user owns or that is broken, is ``unknown``; outside a repository there is no commit.
    """
    if not _in_repository(folder):
        return {"commit": NONE, "dirty": "false"}
    changes = _git(folder, "status", "--porcelain", "--untracked-files=no", "--", ".", f":!{_LOCK}")
    commit = _git(folder, "rev-parse", "--verify", "--quiet", "HEAD")
    # Without a commit, a repository that is new names its branch, and one that is broken does not.
    branch = commit or _git(folder, "symbolic-ref", "--quiet", "HEAD")
    if changes is None or branch is None:
        return {"commit": UNKNOWN, "dirty": UNKNOWN}
    tags = {"commit": commit or NONE, "dirty": str(bool(changes)).lower()}
    # MLflow's own name for it, which its pages show as the run's version.
    return tags | ({"mlflow.source.git.commit": commit} if commit else {})


def experiment_tags(folder: Path = Path()) -> dict[str, str]:
    """Tell the DVC experiment (as in `dvc exp show`), its baseline commit and the lock's digest.

    DVC sets the two variables in every stage that `dvc exp run` starts; `dvc repro` sets neither.
    """
    return {
        "dvc_experiment": os.environ.get("DVC_EXP_NAME") or NONE,
        "dvc_baseline": os.environ.get("DVC_EXP_BASELINE_REV") or NONE,
        "dvc_lock": lock_digest(folder, os.environ.get("DVC_STAGE")),
    }


def lock_digest(folder: Path = Path(), stage: str | None = None) -> str:
    """Digest of what ``dvc.lock`` says of the stages before ``stage`` in ``dvc.yaml``.

    The file itself is no use as a reference: a stage that hashes it runs before DVC has written
    that stage's own entry and the later ones, so no finished ``dvc.lock`` would have that hash.
    The entries of the earlier stages are final, and name every input, parameter and output by
    content; any later reader computes the same digest from the committed file.

    Parameters
    ----------
    stage
        The stage that asks; None takes every stage.

    Returns
    -------
    str
        SHA-256 in hex; ``none`` where there is no lock.
    """
    try:
        locked = yaml.safe_load((folder / _LOCK).read_text(encoding="utf-8"))["stages"]
        order = yaml.safe_load((folder / _PIPELINE).read_text(encoding="utf-8"))["stages"]
    except FileNotFoundError:
        return NONE
    before = takewhile(lambda name: name != stage, order)
    entries = {name: locked[name] for name in before if name in locked}
    return hashlib.sha256(json.dumps(entries, sort_keys=True).encode()).hexdigest()


def _in_repository(folder: Path) -> bool:
    """Whether there is a repository to ask about, be git able to read it or not."""
    place = folder.resolve()
    return "GIT_DIR" in os.environ or any(
        (above / ".git").exists() for above in (place, *place.parents)
    )


def _git(folder: Path, *arguments: str) -> str | None:
    """Output of a git command; None where it does not answer."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments
            ["git", *arguments],  # noqa: S607 - found on PATH as by any shell
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
