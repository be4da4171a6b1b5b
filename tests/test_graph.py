"""``dvc.yaml`` lists for every stage the code that it runs: all of it, and nothing else.

What a stage runs is what its module imports, directly or through others, also inside functions. A
stage that imports another one's module runs that one's imports too.
"""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
STAGES = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
CODE = ("features", "models", "pipeline")

BASE = {
    "pipeline/__init__.py": "checks the environment",
    "pipeline/base": "what is told, the exit code, who may run beside whom, dates of params.yaml",
    "pipeline/params.py": "hands out what `params:` has; it imports every part's settings",
    "pipeline/settings": "what those settings are called; their values are in `params:`",
    "pipeline/storage/yaml_file.py": "checks what params.yaml has; the values are in `params:`",
    "pipeline/storage/store.py": "writes and reads whole files; what stands in them is the stage's",
    "pipeline/storage/folders.py": "writes whole files",
    "pipeline/compute": "where it is computed; a test holds that results are the same anywhere",
    "pipeline/tracking/address.py": "where runs are kept; no result depends on it",
    "pipeline/tracking/__init__.py": "keeps MLflow quiet",
}
"""What no stage lists, nor what is imported from there, each with why no result depends on it."""

TRACKING = "pipeline/tracking"
WHOLE = {
    "align": {"pipeline/series"},
    "scenarios": {"features/maths"},
    "states": {"models/states"},
    "evaluate": {"models", "pipeline/desk", "pipeline/scoring", "pipeline/series"},
    "register": {"models", "pipeline/desk", "pipeline/scoring", "pipeline/series", TRACKING},
    "score": {"models", "pipeline/desk", "pipeline/scoring", "pipeline/series"},
    "report": {
        "models",
        "pipeline/desk",
        "pipeline/scoring",
        "pipeline/series",
        "pipeline/plausibility",
        TRACKING,
    },
}
"""Folders that a stage lists whole though it runs most of them only.

The scenarios and the stages after the outlook take seconds, so that one run too many costs little;
what is fitted lists its files. In ``models/states`` the audit's leaks alone are not the stage's.
"""

DYNAMIC = {
    "features/registry.py": "features",
    "models/forecasting/forecaster.py": "models/outlook",
    "models/risk/approach.py": "models/risk/distributions",
    "pipeline/cli/__init__.py": "pipeline/cli/groups",
    "pipeline/desk/policy.py": "pipeline/desk/policies",
    "pipeline/report/figure.py": "pipeline/report/charts",
    "pipeline/sources/__init__.py": "pipeline/sources",
    "pipeline/providers/client/provider.py": "pipeline/providers",
}
"""Modules that import a whole folder by the names of its files."""


def test_the_folders_that_are_imported_by_name_are_known() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for folder in CODE
        for path in (ROOT / folder).rglob("*.py")
        if {"iter_modules", "walk_packages"} & set(_words(path))
    }
    assert found == set(DYNAMIC)


def test_the_base_is_there() -> None:
    assert all((ROOT / name).exists() for name in BASE)


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_lists_the_code_that_it_runs_and_no_other(name: str) -> None:
    listed = [dep for dep in STAGES[name]["deps"] if dep.startswith(CODE)]
    assert all((ROOT / dep).exists() for dep in listed), listed
    covered = {file for dep in listed for file in _files(dep)}
    run = _run_by(_main(STAGES[name]["cmd"]))
    rooms = {dep: _files(dep) for dep in WHOLE.get(name, ()) if dep in listed}
    assert all(files & run for files in rooms.values()), f"{name} runs nothing of {rooms}"
    absent, idle = sorted(run - covered), sorted(covered - run - set().union(*rooms.values()))
    assert not absent, f"dvc.yaml: {name} runs {', '.join(absent)}; add it to its deps"
    assert not idle, f"dvc.yaml: {name} does not run {', '.join(idle)}; take it out of its deps"


def test_one_stage_more_that_is_run_is_noticed() -> None:
    scenarios, features = (_run_by(_main(STAGES[s]["cmd"])) for s in ("scenarios", "features"))
    assert "features/conditions/index.py" in features - scenarios
    assert "models/scenarios.py" in scenarios - features


def _main(command: str) -> str:
    """File that ``python -m`` runs."""
    module = command.rsplit(maxsplit=1)[-1].replace(".", "/")
    single, package = f"{module}.py", f"{module}/__main__.py"
    return single if (ROOT / single).is_file() else package


def _run_by(first: str) -> set[str]:
    """Files that a module runs, without the base."""
    found, waiting = {first}, [first]
    while waiting:
        new = {file for file in _imported_by(waiting.pop()) if not _is_base(file)} - found
        found |= new
        waiting += new
    return found


@cache
def _imported_by(file: str) -> frozenset[str]:
    path = ROOT / file
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    named = {found for node in nodes for name in _names(node) for found in _module(name)}
    return frozenset(named | (_files(DYNAMIC[file]) if file in DYNAMIC else set()))


def _names(node: ast.AST) -> Iterable[str]:
    """Modules, or things of modules, that an import names."""
    if isinstance(node, ast.Import):
        return [each.name for each in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
    return []


def _module(name: str) -> Iterator[str]:
    """The module's file, and those of its folders that hold more than a sentence."""
    parts = name.split(".")
    if parts[0] not in CODE:
        return
    for length in range(1, len(parts) + 1):
        place = "/".join(parts[:length])
        for file in (f"{place}.py", f"{place}/__init__.py"):
            if (ROOT / file).is_file() and _says_something(file):
                yield file


def _files(dep: str) -> set[str]:
    """Files of code that an entry covers."""
    path = ROOT / dep
    below = path.rglob("*.py") if path.is_dir() else [path]
    files = (file.relative_to(ROOT).as_posix() for file in below)
    return {file for file in files if _says_something(file) and not _is_base(file)}


@cache
def _says_something(file: str) -> bool:
    body = ast.parse((ROOT / file).read_text(encoding="utf-8")).body
    return not file.endswith("__init__.py") or len(body) > 1


def _is_base(file: str) -> bool:
    return any(file == each or file.startswith(f"{each}/") for each in BASE)


def _words(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            yield node.attr
