"""Whether a table that differs is stale, or is what today's code makes by looking ahead.

A replay differs from a file either because other code or rows made the file, or because the code
uses what the replay did not hand it. The stage itself, run once more as it stands on the files that
it reads, tells the two apart.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

from pipeline.audit.sandbox import PACKAGES
from pipeline.storage import store

_READS = {
    "align": (store.RAW,),
    "features": (store.PANEL,),
    "scenarios": (store.OBSERVED,),
    "states": (store.FEATURES,),
    "outlook": (store.FEATURES, store.STATES, store.SCENARIOS),
    "evaluate": (
        store.OUTLOOK, store.SCENARIOS, store.FEATURES, store.STATES, store.PANEL, store.RAW,
    ),
}  # fmt: skip
_MAKES = {
    "panel": ("align", store.PANEL),
    "observed": ("align", store.OBSERVED),
    "features": ("features", store.FEATURES),
    "scenarios": ("scenarios", store.SCENARIOS),
    "states": ("states", store.STATES),
    "outlook": ("outlook", store.OUTLOOK),
    "evaluation.json": ("evaluate", store.EVALUATION),
    "metrics.json": ("evaluate", store.METRICS),
    "losses.parquet": ("evaluate", store.LOSSES),
    "book.json": ("evaluate", store.BOOK),
    "plots/leaderboard.csv": ("evaluate", store.PLOTS / "leaderboard.csv"),
    "plots/by_year.csv": ("evaluate", store.PLOTS / "by_year.csv"),
    "plots/reliability.csv": ("evaluate", store.PLOTS / "reliability.csv"),
    "tiers.json": ("evaluate", store.TIERS),
    "policies.json": ("evaluate", store.POLICIES),
}
_KEPT = {"states", "outlook"}
"""Stages that take what an earlier run fitted from ``data/cache``."""

ORDER = tuple(_MAKES)
"""Tables, those that others are made from first."""


def path_of(table: str) -> Path:
    """File of a table, as people know it."""
    return _MAKES[table][1]


def remedy(table: str) -> str:
    """What makes a stale table anew."""
    stage = _MAKES[table][0]
    if stage not in _KEPT:
        return "run `dvc repro` first"
    # A kept fit that was changed by hand would be taken again.
    return f"remove data/cache and run `dvc repro --force {stage}`, then `dvc repro`"


def is_stale(table: str) -> bool:
    """Whether the stage that makes a table, run as it stands, makes another one."""
    stage, path = _MAKES[table]
    with tempfile.TemporaryDirectory(prefix="undertow-stage-") as place:
        code, own = Path(place) / "code", Path(place) / "run"
        for package in PACKAGES:
            shutil.copytree(Path(__file__).parents[2] / package, code / package)
        own.mkdir()
        shutil.copy("params.yaml", own)
        for read in _READS[stage]:
            (own / read).parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if read.is_dir() else shutil.copy
            copy(read, own / read)
        done = subprocess.run(  # noqa: S603 - this Python, a stage of this project
            [sys.executable, "-m", f"pipeline.stages.{stage}"],
            cwd=own,
            env=os.environ | {"PYTHONPATH": str(code), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            check=False,
        )
        return done.returncode != 0 or not _same(path, own / path)


def _same(published: Path, made: Path) -> bool:
    if published.suffix != ".parquet":
        return published.read_bytes() == made.read_bytes()
    return pd.read_parquet(published).equals(pd.read_parquet(made))
