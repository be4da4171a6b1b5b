"""The command on files: a whole audit of a short simulated market, and what it refuses."""

import json

import pandas as pd
import pytest
import yaml
from sklearn.metrics import log_loss

from features.engine.declaration import feature
from models.scenarios import SCENARIOS
from models.states.schedule import walk_forward
from models.walk_forward import old_enough
from pipeline import params
from pipeline.aligning.clock import Clock
from pipeline.aligning.panel import build_observed
from pipeline.audit.leaks import LEAKS
from pipeline.audit.replay import replay_features
from pipeline.base.errors import ConfigurationError, DataMissingError, LeakError
from pipeline.commands.audit import run
from pipeline.storage import store
from pipeline.training.labels import label_sessions
from pipeline.training.problems import make_problems, read_inputs
from pipeline.training.problems import walk_forward as forecast

pytestmark = pytest.mark.slow


@pytest.fixture
def publish(market, settings, tmp_path, monkeypatch):
    """Leave the files of every stage in an empty folder, made by the code as it stands."""
    monkeypatch.chdir(tmp_path)
    document = yaml.safe_load(settings.model_dump_json())
    params.PARAMS.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")

    def publish() -> None:
        for name, frame in market.raw.items():
            store.write_parquet(frame, store.RAW / "simulated" / f"{name}.parquet")
        made = replay_features(market, settings)
        store.write_parquet(made["panel"], store.PANEL)
        store.write_parquet(made["features"], store.FEATURES)
        observations = made["features"][list(settings.states.inputs)]
        states = walk_forward(observations, settings.states.model).posteriors
        store.write_parquet(states, store.STATES)
        observed = build_observed(market.raw, Clock(market.sessions))
        labels = label_sessions(observed, settings.scenarios)
        labels = labels[labels["session"] >= settings.features.start]
        store.write_parquet(labels, store.SCENARIOS)
        problems = list(make_problems(settings, read_inputs(), labels))
        store.write_parquet(forecast(problems, settings), store.OUTLOOK)

    return publish


def test_every_feature_passes_and_every_leak_has_its_price(publish, capsys):
    publish()
    run(1, quick=False, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told == json.loads((store.DATA / "audit.json").read_text(encoding="utf-8"))
    assert told["passed"]
    assert told["leaks"] == []
    assert len(told["cuts"]) == len(told["deep_cuts"]) == 1
    assert told["not_cut"] == ["members_meta", "ndx_changes"]
    assert told["compared"]["features"]["columns"] == len(store.columns_of(store.FEATURES)) - 1
    assert told["compared"]["features"]["replays"] == 2
    assert {"panel", "features", "scenarios", "states", "outlook"} == set(told["compared"])
    assert all(stage["values"] > 0 for stage in told["compared"].values())
    assert set(told["premium"]) == {"now", "ahead"}
    for leaks in told["premium"].values():
        assert set(leaks) == set(LEAKS)
        assert set(leaks["smoothed posteriors"]) == {"states"}
        assert leaks["folds not purged"]["pool"]["premium"] != 0.0
        assert leaks["centred averages"]["logit"]["premium"] != 0.0
        assert leaks["publication lags ignored"]["logit"]["premium"] != 0.0
        assert leaks["scaling by all sessions"]["logit"]["premium"] != 0.0
    honest = told["premium"]["ahead"]["folds not purged"]["logit"]["honest"]
    assert honest == pytest.approx(skill_of("ahead", "logit"))


def skill_of(window, model):
    """Log-loss skill against climatology, from the files and with scikit-learn."""
    labels = store.read_labels()
    rows = store.read_parquet(store.OUTLOOK).merge(labels, on=["session", "window"])
    rows = rows[rows["window"] == window]
    losses = {}
    for name in (model, "climatology"):
        mine = rows[rows["model"] == name]
        order = sorted(SCENARIOS)
        losses[name] = log_loss(mine["scenario"], mine[order], labels=order)
    return 1.0 - losses[model] / losses["climatology"]


@pytest.mark.usefixtures("few_features")
def test_a_leak_ends_in_an_error_that_names_feature_and_session(publish, capsys):
    @feature("S01", unit="percent", window=3)
    def tomorrows_vix(vix: pd.Series) -> pd.Series:
        return vix.shift(-1)

    publish()
    with pytest.raises(
        LeakError, match=r"feature tomorrows_vix of \d{4}-\d\d-\d\d changes"
    ) as error:
        run(24, quick=True, as_json=False)
    assert error.value.exit_code == 1
    told = json.loads((store.DATA / "audit.json").read_text(encoding="utf-8"))
    assert not told["passed"]
    assert [(leak["stage"], leak["column"]) for leak in told["leaks"]] == [
        ("features", "tomorrows_vix")
    ]
    assert len(told["cuts"]) == 4
    assert told["premium"] == {}
    assert "tomorrows_vix" in capsys.readouterr().out


@pytest.mark.usefixtures("few_features")
def test_a_fold_without_its_embargo_is_caught_on_the_files(publish, monkeypatch):
    monkeypatch.setattr(
        "models.walk_forward.old_enough",
        lambda label_ends, position, embargo: old_enough(label_ends, position, 0),
    )
    publish()
    with pytest.raises(LeakError, match=r"outlook column now\.fit_end of 2018-10-01 rests on"):
        run(1, quick=True, as_json=False)


@pytest.mark.usefixtures("few_features")
def test_stale_files_are_not_taken_for_a_leak(publish):
    publish()
    features = store.read_parquet(store.FEATURES)
    features.loc[100, "log_vix"] += 1e-12
    store.write_parquet(features, store.FEATURES)
    with pytest.raises(DataMissingError, match=r"features\.parquet is stale.*log_vix.*dvc repro"):
        run(1, quick=True, as_json=False)


def test_at_least_one_cut(publish):
    with pytest.raises(ConfigurationError, match="--cuts is 0"):
        run(0, quick=True, as_json=False)
