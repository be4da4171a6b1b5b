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
    "desk": "base settings",
    "params": "base settings storage",
    "providers": "base series settings catalogue storage",
    "simulation": "series settings catalogue",
    "compute": "base params",
    "fetching": "base series settings catalogue storage params providers",
    "plausibility": "base series catalogue storage params",
    "sources": "base series settings catalogue storage params providers simulation plausibility",
    "training": "base catalogue storage params compute",
    "scoring": "base series settings catalogue storage desk params training",
    "board": "settings desk scoring",
    "alerts": "base settings storage desk scoring",
    "docs": "base series catalogue storage providers scoring",
    "hindcast": "base series storage params compute training scoring",
    "provisional": "base series catalogue storage aligning desk params sources scoring hindcast",
    "audit": "base series settings catalogue storage aligning desk params sources training scoring",
    "report": "base settings catalogue storage desk params plausibility scoring board",
    "tracking": "base storage params scoring",
    "doctor": "base storage params tracking",
    "stages": "base series catalogue storage aligning desk params compute plausibility "
    "sources training scoring report tracking",
    "tuning": "base settings storage params compute training tracking",
    "checks": "base params scoring tracking doctor",
    "commands": "base series settings catalogue storage desk params compute docs fetching "
    "plausibility sources training audit scoring board alerts hindcast provisional report "
    "tracking doctor stages tuning",
    "api": "base storage params scoring tracking commands",
    "cli": "base doctor commands",
}
"""Rooms of ``pipeline/``, from the ground up: each imports rooms above it in this table alone."""

MODELS = {
    "scenarios": "",
    "walk_forward": "",
    "npz": "",
    "bundle": "npz",
    "states": "walk_forward",
    "forecasting": "scenarios walk_forward",
    "outlook": "scenarios forecasting",
    "evaluation": "scenarios walk_forward",
    "risk": "scenarios",
}
"""Rooms of ``models/``, as above. ``forecasting`` finds the files of ``outlook`` by their names."""

FEATURES = {
    "errors": "",
    "maths": "errors",
    "engine": "errors maths",
    "registry": "errors engine",
    "drivers": "maths registry",
}
"""Rooms of ``features/``, as above; the drivers are one room, and none imports another."""

LOOSE = {"catalogue", "params", "checks"}
"""Rooms of a single file: the two tables that everybody edits, and what is looked at first."""


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def roots(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported(path)}


def test_features_and_models_know_neither_each_other_nor_the_outside() -> None:
    for one, other in (("features", "models"), ("models", "features")):
        for path in (ROOT / one).rglob("*.py"):
            assert not roots(path) & (OUTSIDE | {"pipeline", other}), path


TABLES = {"pipeline": MAY_IMPORT, "models": MODELS, "features": FEATURES}


OPENING_MODULES = {
    "ctypes", "glob", "io", "os", "pathlib", "random", "shutil", "socket", "subprocess", "sys",
    "tempfile", "threading", "time",
}  # fmt: skip
OPENING_NAMES = re.compile(
    r"now|today|utcnow|open|input|environ|getenv|getcwd|load|loadtxt|genfromtxt|fromfile|memmap|"
    r"read_.*|ExcelFile|HDFStore|__import__|globals"
)
MAY_OPEN = {
    "npz.py": "takes arrays out of bytes that are given, through a file in memory",
    "bundle.py": "keeps fitted models in files, and reads them",
    "booster.py": "finds LightGBM's library without scikit-learn",
}


def test_what_is_computed_asks_no_clock_and_opens_nothing() -> None:
    """A feature or model that does knows more than its arguments, and no cut would show it."""
    for path in [path for name in ("features", "models") for path in (ROOT / name).rglob("*.py")]:
        if path.name in MAY_OPEN:
            continue
        used = {
            node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
            for node in ast.walk(ast.parse(path.read_text()))
        }
        assert not roots(path) & OPENING_MODULES, path
        assert not [name for name in used if OPENING_NAMES.fullmatch(name)], path


def arrows(package: str) -> dict[str, set[str]]:
    """Rooms that each room of a package imports."""
    found: dict[str, set[str]] = {name: set() for name in TABLES[package]}
    for path in sorted((ROOT / package).rglob("*.py")):
        here = path.relative_to(ROOT).with_suffix("").parts[1]
        if here == "__init__":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
            else:
                names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            below = {name.split(".")[1] for name in names if name.startswith(f"{package}.")}
            rooms = {_room(package, name) for name in below - {here}}
            found[_room(package, here)] |= rooms
    return found


def _room(package: str, name: str) -> str:
    """Where a file or folder of a package stands in its table."""
    return "drivers" if package == "features" and name not in FEATURES else name


@pytest.mark.parametrize("package", TABLES)
def test_each_room_imports_the_rooms_that_the_table_names_and_no_other(package: str) -> None:
    table = {name: set(named.split()) for name, named in TABLES[package].items()}
    assert arrows(package) == table


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_arrows_run_down_only(table: dict[str, str]) -> None:
    """In the table's order each room names earlier ones alone, so there is no circle either."""
    order = list(table)
    for place, name in enumerate(order):
        assert set(table[name].split()) <= set(order[:place]), name


def test_the_stages_are_imported_by_commands_alone() -> None:
    assert [name for name, named in MAY_IMPORT.items() if "stages" in named.split()] == ["commands"]


def test_the_root_holds_rooms_and_few_files() -> None:
    here = {path.stem for path in (ROOT / "pipeline").glob("*.py")} - {"__init__"}
    folders = {path.parent.name for path in (ROOT / "pipeline").glob("*/__init__.py")}
    assert here == LOOSE
    assert folders == MAY_IMPORT.keys() - LOOSE


def test_the_page_of_the_house_says_what_the_tables_say() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    said = [_row(package, *entry) for package, table in TABLES.items() for entry in table.items()]
    assert rows == said


def _row(package: str, name: str, named: str) -> str:
    folder = ROOT / package / name / "__init__.py"
    path = folder if folder.is_file() else ROOT / package / f"{name}.py"
    path = path if path.is_file() else ROOT / package / "__init__.py"  # the drivers
    sentence = (ast.get_docstring(ast.parse(path.read_text())) or "").split("\n\n")[0]
    shown = f"{name}.py" if path.stem == name else f"{name}/"
    return f"| `{shown}` | {' '.join(sentence.split())} | {named.replace(' ', ', ') or 'nothing'} |"


@pytest.mark.parametrize(
    ("module", "also"),
    [
        ("pipeline.commands.score", ("pydantic",)),
        ("pipeline.stages.score", ("pydantic",)),
        ("pipeline.params", ()),
        ("pipeline.cli", ("pydantic", "pandas", "numpy")),
    ],
)
@pytest.mark.slow
def test_neither_scoring_nor_reading_parameters_imports_what_is_slow(
    module: str, also: tuple[str, ...]
) -> None:
    slow = (*also, "mlflow", "sklearn", "hmmlearn", "lightgbm", "scipy", "dvc", "pandera", "httpx")
    script = f"import sys, {module}; print([m for m in {slow} if m in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert run.stdout.strip() == "[]"


def test_no_module_is_two_ideas_long() -> None:
    lines = {path: len(path.read_text().splitlines()) for path in MODULES}
    assert not {path for path, n in lines.items() if n > 300}


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
