"""The house: who may import whom, and what may not be in it."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted(
    path for room in ("pipeline", "features", "models") for path in (ROOT / room).rglob("*.py")
)
OUTSIDE = {"mlflow", "dvc", "httpx", "requests", "urllib"}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def roots(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported(path)}


def room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_features_and_models_know_neither_each_other_nor_the_outside(path: Path) -> None:
    forbidden = {
        "features": OUTSIDE | {"models", "pipeline"},
        "models": OUTSIDE | {"features", "pipeline"},
        "pipeline": {"pickle", "dill", "cloudpickle"},
    }
    assert not roots(path) & (forbidden[room(path)] | {"pickle"})


def test_one_room_imports_mlflow_and_one_file_hmmlearn() -> None:
    of = {
        name: {str(path.relative_to(ROOT)) for path in MODULES if name in roots(path)}
        for name in ("mlflow", "hmmlearn")
    }
    assert len(of["hmmlearn"]) == 1
    assert {Path(path).parent.as_posix() for path in of["mlflow"]} == {"pipeline/tracking"}


def test_one_room_knows_where_jobs_run() -> None:
    known = {"joblib", "distributed", "dask"}
    of = {path.parent.relative_to(ROOT).as_posix() for path in MODULES if known & roots(path)}
    assert of == {"pipeline/compute"}


def test_nothing_evaluates_text_as_code() -> None:
    for path in MODULES:
        calls = {
            node.func.id
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert not calls & {"eval", "exec"}, path


@pytest.mark.parametrize("module", ["pipeline.stages.score", "pipeline.params"])
def test_neither_scoring_nor_reading_parameters_imports_a_trainer(module: str) -> None:
    trainers = ("mlflow", "sklearn", "hmmlearn", "lightgbm", "scipy", "dvc", "pandera")
    script = f"import sys, {module}; print([m for m in {trainers} if m in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert run.stdout.strip() == "[]"


def test_no_module_is_two_ideas_long() -> None:
    long = {str(path): n for path in MODULES if (n := len(path.read_text().splitlines())) > 300}
    assert not long


def test_the_lock_has_hashes_and_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    assert lock.count("--hash=sha256:") > lock.count("==")
