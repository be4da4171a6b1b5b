"""Two runs compared as a person asks for it: by alias, version, experiment, name or id."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from models.evaluation.loss_table import loss_table
from models.scenarios import SCENARIOS
from pipeline import params
from pipeline.base.errors import ModelError
from pipeline.cli import app
from pipeline.storage import store
from pipeline.tracking import mlflow_store
from pipeline.tracking.champion import CHAMPION
from pipeline.tracking.choices import changed_choices, in_words
from pipeline.tracking.compare_runs import compare_runs
from pipeline.tracking.find_run import find_run
from pipeline.tracking.registry import Registry

COMMITTED = Path(params.__file__).parents[1] / "params.yaml"
DAYS = pd.bdate_range("2019-01-01", periods=600)
NAME = "undertow-simulated"


def outlook(base: float) -> pd.DataFrame:
    """Forecasts that give what happened, always base, a probability around the one wanted."""
    probas = {"climatology": 0.5, "pool": base}
    sway = np.random.default_rng(0).uniform(-0.05, 0.05, len(DAYS))
    rows = [
        pd.DataFrame(
            {
                "session": DAYS,
                "base": p + sway,
                "tightening_shock": 0.9 - p - sway,
                "reflation": 0.1,
            }
        ).assign(window=window, model=model)
        for model, p in probas.items()
        for window in ("now", "ahead")
    ]
    return pd.concat(rows)[["session", "window", "model", *SCENARIOS]]


def labels() -> pd.DataFrame:
    one = pd.DataFrame({"session": DAYS, "scenario": "base", "label_end": DAYS})
    return pd.concat([one.assign(window=w) for w in ("now", "ahead")]).assign(label_version="1")


@pytest.fixture
def log(tmp_path, empty_database, monkeypatch, record, bundle, features):
    """Log a run as a stage does, with or without the losses; give its id."""
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(empty_database, "mlflow.db")
    document = yaml.safe_load(COMMITTED.read_text())
    document["data"]["source"] = "simulated"
    document["evaluation"]["resampling"] |= {"repetitions": 100}
    store.write_parquet(labels(), store.SCENARIOS)
    uri = f"sqlite:///{tmp_path}/mlflow.db"

    def once(name: str, base: float, floor: float, *, losses: bool = True) -> str:
        document["outlook"]["floor"] = floor
        params.PARAMS.write_text(yaml.safe_dump(document, sort_keys=False))
        store.write_parquet(outlook(base), store.OUTLOOK)
        store.write_parquet(loss_table(outlook(base), labels()), store.LOSSES)
        kept = [params.PARAMS, store.OUTLOOK, *([store.LOSSES] if losses else [])]
        tags = {"dvc_experiment": name, "as_of": "2021-04-19"}
        children = {"pool": {"ahead": {"skill": 0.1}}}
        left = replace(
            record, name=f"run {name}", artifacts=kept, metrics={}, tags=tags, children=children
        )
        run_id = mlflow_store.log_run(left, uri, "undertow")
        version = Registry(uri, NAME).register(bundle, features[["vix_log_gap"]].tail(1), run_id)
        if version == 1:
            Registry(uri, NAME).set_alias(CHAMPION, 1)
        return run_id

    return once


def test_the_better_run_is_told_by_whatever_name_it_is_asked_for(log):
    log("old", 0.55, 0.01)
    run_id = log("new", 0.6, 0.02)

    settings = params.load()
    for name in ("new", "run new", "2", run_id, run_id[:8]):
        found = compare_runs(name, CHAMPION, settings)
        assert found.verdict == "better than noise", name
        assert found.changed == {"outlook.floor": ("0.02", "0.01")}
    assert compare_runs("old", "new", settings).verdict == "worse"
    window = found.windows["now"]
    assert window.difference.sessions == 600
    assert list(window.by_year) == ["2019", "2020", "2021"]


def test_a_run_of_an_earlier_version_is_scored_by_its_forecasts(log):
    log("old", 0.55, 0.01, losses=False)
    log("new", 0.6, 0.02)

    assert compare_runs("new", CHAMPION, params.load()).verdict == "better than noise"


def test_a_child_is_no_run_to_compare_and_an_unknown_name_is_told(log):
    log("old", 0.55, 0.01)
    settings = params.load()

    for name in ("pool", "9", "challenger", 'a"b', "abcdef"):
        with pytest.raises(ModelError, match="is no run that can be compared; name champion"):
            find_run(name, Registry.of(settings), "undertow")


def test_a_number_is_a_version_or_else_a_name_or_the_beginning_of_an_id(log):
    run_id = log("202406", 0.55, 0.01)

    assert find_run("202406", Registry.of(params.load()), "undertow").run_id == run_id


def test_the_command_says_it_in_words_and_as_json(log):
    log("old", 0.6, 0.01)
    log("same", 0.6, 0.01)

    said = CliRunner().invoke(app, ["compare", "same"], catch_exceptions=False).stdout
    assert "same against champion (version 1)" in said.replace("run ", "")
    assert "no difference that this span can show" in said
    assert "changed: nothing that training reads" in said
    assert max(map(len, said.splitlines())) <= 96

    shown = CliRunner().invoke(app, ["compare", "same", "old", "--json"], catch_exceptions=False)
    document = json.loads(shown.stdout)
    assert document["windows"]["ahead"]["value"] == 0.0
    assert document["windows"]["ahead"]["p"] == 1.0
    assert document["changed"] == {}


def test_of_a_list_what_came_and_went_is_told():
    (name, values), *none = changed_choices(
        {"outlook": {"pool": ["a", "c"]}, "desk": 1}, {"outlook": {"pool": ["a", "b"]}}, ["outlook"]
    ).items()

    assert none == []
    assert in_words(name, values) == "outlook.pool: +c -b"
