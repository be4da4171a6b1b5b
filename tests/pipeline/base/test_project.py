"""Where the project is, seen from elsewhere."""

import json
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.base.errors import ConfigurationError
from pipeline.base.project import enter, find_project
from pipeline.cli import app
from pipeline.scoring.document import schema

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a folder two below it, worked in from its parent."""
    home = tmp_path / "project"
    (home / "data" / "own").mkdir(parents=True)
    for name in ("params.yaml", "dvc.yaml"):
        (home / name).write_text("")
    monkeypatch.chdir(tmp_path)
    return home


def test_the_project_is_found_from_below_and_from_anywhere(project: Path, monkeypatch) -> None:
    enter(Path("project/data/own"))
    assert Path.cwd() == project
    monkeypatch.chdir(project / "data")
    enter(None)
    assert Path.cwd() == project


def test_outside_of_any_project_one_stays_and_another_programs_file_is_none(project: Path) -> None:
    enter(None)
    assert Path.cwd() == project.parent
    (project / "dvc.yaml").unlink()
    assert find_project(project / "data") is None
    assert find_project(project) == project


def test_a_folder_that_is_none_or_in_no_project_is_one_sentence(project: Path) -> None:
    with pytest.raises(ConfigurationError, match="no folder nowhere"):
        enter(Path("nowhere"))
    with pytest.raises(ConfigurationError, match="is in no project"):
        enter(project.parent)


def test_the_command_line_works_on_the_project_that_is_named(project: Path) -> None:
    result = CliRunner().invoke(app, ["-C", "project/data", "leaderboard"])
    assert Path.cwd() == project
    assert "evaluation.json is not there" in str(result.exception)


def test_version_and_schema_are_told_anywhere(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert CliRunner().invoke(app, ["--version"]).stdout == f"undertow {declared['version']}\n"
    printed = CliRunner().invoke(app, ["schema"]).stdout
    assert json.loads(printed) == json.loads(json.dumps(schema()))
