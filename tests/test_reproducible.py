"""The same again: any number of workers gives the same bytes, and what is unchanged is not run."""

import json
import shutil
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
import yaml
from dvc.repo import Repo

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
MAKER = """
import sys
from pathlib import Path
for name in sys.argv[1:]:
    path = Path(name)
    if not path.suffix:
        path.mkdir(parents=True, exist_ok=True)
        path = path / "content"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(name)
"""


def tool(name: str) -> Any:
    spec = spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_two_workers_and_threads_leave_the_bytes_of_one(finished_run: Path, tmp_path: Path) -> None:
    """The finished run was made with one worker, in this process."""
    reproducible = tool("reproducible")
    params = yaml.safe_load((finished_run / "params.yaml").read_text(encoding="utf-8"))
    again = tmp_path / "again"
    reproducible.run_stages(again, params, reproducible.STAGES[:6], 2)
    shutil.rmtree(again / "data/own", ignore_errors=True)
    one, two = reproducible.digests(finished_run), reproducible.digests(again)
    assert {"panel.parquet", "outlook.parquet", "states_fit/hashes.json"} <= set(two)
    assert {name: one.get(name) for name in two} == two


def names_of(outs: list) -> list[str]:
    return [out if isinstance(out, str) else next(iter(out)) for out in outs]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's own graph in a DVC repository, each command leaving its outputs at once."""
    for room in ("pipeline", "features", "models"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("params.yaml", ".dvcignore"):
        shutil.copy(ROOT / name, tmp_path)
    graph = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))
    for stage in graph["stages"].values():
        outs = [out for kind in ("outs", "metrics", "plots") for out in stage.get(kind, ())]
        stage["cmd"] = f"python maker.py {' '.join(names_of(outs))}"
    (tmp_path / "maker.py").write_text(MAKER)
    (tmp_path / "dvc.yaml").write_text(yaml.safe_dump(graph, sort_keys=False))
    made = {name for stage in graph["stages"].values() for name in names_of(stage.get("outs", []))}
    for source in {"data/own", *(d for s in graph["stages"].values() for d in s["deps"])} - made:
        if source.startswith("data/") and not Path(source).suffix:
            (tmp_path / source).mkdir(parents=True)
            (tmp_path / source / "README.md").write_text("yours")
    monkeypatch.chdir(tmp_path)
    Repo.init(no_scm=True).close()
    return tmp_path


def run() -> list[str]:
    """Stages that a `dvc repro` runs."""
    with Repo() as repo:
        return [stage.name for stage in repo.reproduce()]


@pytest.mark.filterwarnings("ignore")
def test_only_what_changed_is_run_again(project: Path) -> None:
    stages = list(yaml.safe_load((project / "dvc.yaml").read_text())["stages"])
    assert sorted(run()) == sorted(stages)
    params = project / "params.yaml"
    text = params.read_text(encoding="utf-8")

    for path in project.rglob("*.py"):
        path.touch()
    (project / "pipeline" / "__pycache__").mkdir()
    (project / "pipeline" / "__pycache__" / "x.pyc").write_text("compiled")
    document = yaml.safe_load(text)
    flow = yaml.safe_dump(document, default_flow_style=True)
    params.write_text(f"# another comment\n{flow}", encoding="utf-8")
    assert run() == []

    document["outlook"]["floor"] = 0.003
    params.write_text(yaml.safe_dump(document), encoding="utf-8")
    # What each of these leaves is the same as before, so nothing after it is run.
    assert run() == ["outlook", "evaluate"]
    (project / "pipeline" / "report" / "page.css").write_text("body {}")
    assert run() == ["report"]


def test_the_headline_is_compared_figure_by_figure(tmp_path: Path, monkeypatch) -> None:
    published = tool("published")
    monkeypatch.setattr(published, "METRICS", tmp_path / "metrics.json")
    kept = json.loads(published.PUBLISHED.read_text(encoding="utf-8"))

    def compared(change: float) -> int:
        document = json.loads(json.dumps(kept))
        document["ahead"]["pool"]["log_loss_skill"] += change
        published.METRICS.write_text(json.dumps(document), encoding="utf-8")
        return published.main(renew=False)

    assert [compared(change) for change in (0.0, 1e-11, 1e-6)] == [0, 0, 1]
    assert published.difference({"a": 1}, {"b": 1})[0] == float("inf")
