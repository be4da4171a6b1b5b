"""A project asked from Python, by a program that stands elsewhere."""

import json
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import undertow

from pipeline.scoring import ledger

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def project(run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> undertow.Project:
    monkeypatch.chdir(tmp_path)
    return undertow.Project(run_folder)


def test_a_call_is_the_published_one_and_stands_in_the_ledger(project, run_folder) -> None:
    assert project.ledger().empty
    call = project.score()
    assert Path.cwd() != run_folder
    listed = project.ledger()
    assert listed["session"].tolist() == [pd.Timestamp(call["session"])]
    assert listed["ahead_base"].tolist() == [call["probabilities"]["ahead"]["base"]]
    assert project.score() == call
    os.chdir(run_folder)
    assert ledger.calls(simulated=True) == [call]


def test_forecasts_and_features_are_frames(project) -> None:
    pool = project.outlook("ahead", model="pool")
    assert set(pool["window"]) == {"ahead"}
    assert pool["session"].is_unique
    assert (pool["fit_end"] < pool["session"]).all()
    assert len(project.outlook()) > len(project.outlook("ahead")) > len(pool)
    chosen = project.features(["log_vix"])
    assert list(chosen) == ["log_vix"]
    assert chosen["log_vix"].equals(project.features()["log_vix"])


def test_a_name_alone_a_version_s_number_and_a_date_are_understood(project) -> None:
    assert list(project.features("log_vix")) == ["log_vix"]
    with pytest.raises(undertow.ConfigurationError, match="not a required series: nope;"):
        project.score(despite_late="nope")
    with pytest.raises(undertow.DataMissingError, match="nothing can be said as of 2090-01-02"):
        project.score(as_of=date(2090, 1, 2))
    with pytest.raises(undertow.ModelError, match="'99'"):
        project.compare(99)


def test_what_is_not_there_is_one_sentence(project, tmp_path) -> None:
    with pytest.raises(undertow.ConfigurationError, match="no window is called 'soon'; known: now"):
        project.outlook("soon")
    with pytest.raises(undertow.ConfigurationError, match="no feature is called 'vixx'"):
        project.features(["vixx"])
    with pytest.raises(undertow.UndertowError, match="is in no project"):
        undertow.Project(tmp_path)
    for wrong in (None, 7, "~nobody-of-that-name"):
        with pytest.raises(undertow.ConfigurationError, match="is not a folder"):
            undertow.Project(wrong)


@pytest.mark.slow
def test_the_project_installs_it_and_any_folder_imports_it(tmp_path: Path) -> None:
    """As `make setup` does, beside the environment instead of into it."""
    uv = Path(sys.executable).with_name("uv")
    words = ["--no-deps", "--no-build-isolation", "--target", str(tmp_path / "site")]
    install = [uv, "pip", "install", "--quiet", "--python", sys.executable, *words]
    subprocess.run([*install, "--editable", str(ROOT)], check=True, cwd=tmp_path)
    (finder,) = (tmp_path / "site").glob("__editable__*finder.py")
    (mapping,) = re.findall(r"^MAPPING.*? = (\{.*\})$", finder.read_text(), re.M)
    places = json.loads(mapping.replace("'", '"'))
    assert places["undertow"] == str(ROOT / "pipeline" / "api" / "undertow")
    paths = os.pathsep.join(str(Path(place).parent) for place in places.values())
    asked = "import sys, undertow; print('mlflow' in sys.modules, *undertow.__all__)"
    done = subprocess.run(
        [sys.executable, "-c", asked],
        env=os.environ | {"PYTHONPATH": paths},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split()[:2] == ["False", "Call"]
