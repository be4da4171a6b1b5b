"""The house: who may import whom, and what may not be in it."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted(
    path for room in ("pipeline", "features", "models") for path in (ROOT / room).rglob("*.py")
)
OUTSIDE = {"mlflow", "dvc", "httpx", "requests", "urllib"}

MAY_IMPORT = {
    "base": "",
    "series": "base",
    "settings": "base",
    "catalogue": "series",
    "storage": "base series",
    "aligning": "base series catalogue storage",
    "desk": "series settings catalogue",
    "params": "base settings storage",
    "providers": "base series settings catalogue storage",
    "simulation": "series settings catalogue",
    "compute": "base params",
    "docs": "base series catalogue storage providers",
    "fetching": "base series settings catalogue storage params providers",
    "plausibility": "base series catalogue storage params",
    "sources": "base series settings catalogue storage params providers simulation plausibility",
    "training": "base catalogue storage params compute",
    "scoring": "base series settings catalogue storage desk params training",
    "hindcast": "base series storage params compute training scoring",
    "audit": "base series settings catalogue storage aligning desk params training",
    "report": "base settings catalogue storage desk params plausibility scoring",
    "tracking": "base storage params scoring",
    "doctor": "base storage params tracking",
    "stages": "base series catalogue storage aligning desk params compute plausibility sources "
    "training scoring report tracking",
    "tuning": "base storage params compute training tracking",
    "checks": "base params tracking doctor",
    "commands": "base series catalogue storage desk params compute docs fetching "
    "plausibility sources training audit scoring hindcast report tracking doctor stages tuning",
    "cli": "base doctor commands",
}
"""Rooms of ``pipeline/``, from the ground up: each imports rooms above it in this table alone."""

LOOSE = {"catalogue", "params", "checks", "cli"}
"""Rooms of a single file: the two tables that everybody edits, and the two doors."""


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


def arrows() -> dict[str, set[str]]:
    """Rooms that each room of ``pipeline/`` imports."""
    found: dict[str, set[str]] = {name: set() for name in MAY_IMPORT}
    for path in sorted((ROOT / "pipeline").glob("*/**/*.py")) + [
        ROOT / "pipeline" / f"{name}.py" for name in LOOSE
    ]:
        here = path.relative_to(ROOT).with_suffix("").parts[1]
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
            else:
                names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            rooms = {name.split(".")[1] for name in names if name.startswith("pipeline.")}
            found[here] |= (rooms & MAY_IMPORT.keys()) - {here}
    return found


def test_each_room_imports_the_rooms_that_the_table_names_and_no_other() -> None:
    assert arrows() == {name: set(named.split()) for name, named in MAY_IMPORT.items()}


def test_arrows_run_down_only() -> None:
    """In the table's order each room names earlier ones alone, so there is no circle either."""
    order = list(MAY_IMPORT)
    for place, name in enumerate(order):
        assert set(MAY_IMPORT[name].split()) <= set(order[:place]), name


def test_the_stages_are_imported_by_commands_alone() -> None:
    assert [name for name, named in MAY_IMPORT.items() if "stages" in named.split()] == ["commands"]


def test_the_root_holds_rooms_and_few_doors() -> None:
    here = {path.stem for path in (ROOT / "pipeline").glob("*.py")} - {"__init__"}
    folders = {path.parent.name for path in (ROOT / "pipeline").glob("*/__init__.py")}
    assert here == LOOSE
    assert folders == MAY_IMPORT.keys() - LOOSE


def test_the_page_of_the_house_says_what_the_table_says() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert rows == [_row(name, named) for name, named in MAY_IMPORT.items()]


def _row(name: str, named: str) -> str:
    path = ROOT / "pipeline" / (f"{name}.py" if name in LOOSE else f"{name}/__init__.py")
    sentence = (ast.get_docstring(ast.parse(path.read_text())) or "").split("\n\n")[0]
    shown = f"{name}.py" if name in LOOSE else f"{name}/"
    return f"| `{shown}` | {' '.join(sentence.split())} | {named.replace(' ', ', ') or 'nothing'} |"


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


def test_every_function_of_the_trip_is_there() -> None:
    """``docs/architecture.md`` names them; a name that is no longer there would mislead."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    trip = page.partition("## The trip")[2].partition("## The rooms")[0]
    names = [n for n in re.findall(r"`([a-z_]+(?:\.[A-Za-z_]+)+)`", trip) if "/" not in n]
    assert len(names) > 12
    for name in names:
        assert _is_there(name), name


def _is_there(name: str) -> bool:
    """Whether a dotted name leads to a module, or to a function or method of one."""
    parts = name.split(".")
    for root in ("pipeline", "features", "models"):
        whole = parts if parts[0] == root else [root, *parts]
        for length in range(len(whole), 1, -1):
            try:
                found = import_module(".".join(whole[:length]))
            except ModuleNotFoundError:
                continue
            return all(hasattr(found := getattr(found, p), "__name__") for p in whole[length:])
    return False
