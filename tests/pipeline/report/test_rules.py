"""A call is explained by the rules in its model's bundle, whatever ``params.yaml`` says today."""

import shutil
from pathlib import Path

import yaml

from pipeline import params
from pipeline.report.glossary import glossary
from pipeline.report.inputs import Inputs
from pipeline.report.page import render
from pipeline.storage import store


def test_an_edit_of_the_parameters_explains_no_call_anew(run_folder: Path, rules_of) -> None:
    trained = params.load()
    document = yaml.safe_load(params.PARAMS.read_text())
    document["scenarios"] |= {"tightening_above": 0.9, "reflation_below": -0.8}
    document["scenarios"]["windows"]["ahead"]["ahead"] = 15
    document["evaluation"]["conformal"]["nominal"] = 0.6
    document["desk"]["tier"]["risk_levels"] = [0.1, 0.2, 0.3, 0.4]
    document["features"]["settings"]["stress_correlation_band"] = [0.1, 0.2]
    params.PARAMS.write_text(yaml.safe_dump(document, sort_keys=False))
    inputs = Inputs()
    assert glossary(inputs.rules) == glossary(rules_of(trained))
    assert inputs.rules.windows["ahead"].ahead == 10
    assert inputs.rules.features["stress_correlation_band"] == [0.7, 0.9]
    assert inputs.rules.desk == trained.desk


def test_without_a_model_the_page_says_what_is_missing(page, tmp_path, monkeypatch) -> None:
    folder = tmp_path / "run"
    shutil.copytree(page.folder, folder)
    monkeypatch.chdir(folder)
    html = render(Inputs(), [], {}, {}, "")
    assert str(store.MODEL) in html
    assert "conformal set" not in html
