"""A project in a passing folder: the code as it stands, its parameters, and what the stages leave.

On the simulated market, or on the user's own files; shortened unless the full form is asked for.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from benchmarks.measure import python
from pipeline.storage import store

ROOT = Path(__file__).resolve().parents[1]
STAGES = (
    *("ingest", "align", "features", "scenarios", "states"),
    *("outlook", "evaluate", "register", "score", "report"),
)
_CODE = ("benchmarks", "features", "models", "pipeline", "dvc.yaml", ".dvcignore")


class Size(StrEnum):
    """How much is done: enough to see that it runs, a few minutes, or what users have."""

    SMALLEST = "smallest"
    QUICK = "quick"
    FULL = "full"


@dataclass(frozen=True)
class Run:
    """What a benchmark was asked for.

    Attributes
    ----------
    size
        How much.
    folder
        The user's market files; None for the simulated market.
    """

    size: Size
    folder: Path | None = None

    @property
    def stages(self) -> tuple[str, ...]:
        """Stages that are measured: all of them, or a light one to see that it runs."""
        return ("scenarios",) if self.size is Size.SMALLEST else STAGES

    def pick(self, *, smallest: int, quick: int, full: int) -> int:
        """One number by size."""
        return {Size.SMALLEST: smallest, Size.QUICK: quick, Size.FULL: full}[self.size]


@contextmanager
def project(run: Run) -> Iterator[Path]:
    """A project in which no stage has run."""
    with tempfile.TemporaryDirectory(prefix="undertow-") as name:
        place = Path(name)
        _write(place, run)
        yield place


@contextmanager
def finished_project(run: Run) -> Iterator[Path]:
    """A copy of a project in which every stage has run; the caller may change it."""
    with tempfile.TemporaryDirectory(prefix="undertow-") as name:
        place = Path(name) / "project"
        shutil.copytree(_finished(run).name, place)
        yield place


def forget_fits(place: Path) -> None:
    """Have the next retrain fit everything, as after a change of the models' code."""
    for kept in (store.FOLD_CACHE, store.STATES_CACHE):
        shutil.rmtree(place / kept, ignore_errors=True)


@contextmanager
def ended_before(place: Path, sessions: int) -> Iterator[None]:
    """Inside, the project's panel ends so many sessions before the one that is there."""
    path = place / "params.yaml"
    text = path.read_text(encoding="utf-8")
    document = yaml.safe_load(text)
    last = pd.read_parquet(place / store.PANEL, columns=["session"])["session"].iloc[-1 - sessions]
    document["data"]["end"] = f"{last:%Y-%m-%d}"
    path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(text, encoding="utf-8")


@cache
def _finished(run: Run) -> tempfile.TemporaryDirectory[str]:
    """Made once a process; removed when it ends."""
    made = tempfile.TemporaryDirectory(prefix="undertow-")
    _write(Path(made.name), run)
    python("-m", "benchmarks.stages", folder=Path(made.name))
    return made


def _write(place: Path, run: Run) -> None:
    for name in _CODE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, place / name)
        else:
            shutil.copy(ROOT / name, place / name)
    for folder in ("own", "live"):
        (place / "data" / folder).mkdir(parents=True)
    document = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    text = yaml.safe_dump(_parameters(document, run), sort_keys=False)
    (place / "params.yaml").write_text(text, encoding="utf-8")


def _parameters(document: dict[str, Any], run: Run) -> dict[str, Any]:
    """The committed parameters on the run's market, with fewer refits unless it is full."""
    if run.folder is not None:
        document["data"] |= {"source": "files", "folder": str(run.folder.resolve())}
    if run.size is not Size.FULL:
        document["states"]["model"]["refit_every"] = 252
        document["walk_forward"]["refit_every"] = 252
        document["evaluation"]["resampling"] |= {"repetitions": 100, "permutations": 100}
    if run.size is Size.SMALLEST:
        _shorten(document)
    return document


def _shorten(document: dict[str, Any]) -> None:
    """A few years, two windows and the pool's members alone."""
    windows = document["scenarios"]["windows"]
    document["scenarios"] |= {
        "scale_from": "2012-01-03",
        "windows": {name: windows[name] for name in ("now", "ahead")},
    }
    document["data"] |= {"start": "2012-01-03", "end": "2017-12-29"}
    document["simulated"] |= {"start": "2012-01-03", "end": "2017-12-29", "members": 20}
    document["features"]["start"] = "2013-07-01"
    document["states"]["model"] |= {"starts": 1, "min_train": 252}
    document["walk_forward"] |= {"first_test": "2017-08-01", "last_test": None}
    document["outlook"]["models"]["lightgbm"]["trees"] = 8
    document["evaluation"]["conformal"]["min_resolved"] = 60
    document["compute"]["workers"] = 1
