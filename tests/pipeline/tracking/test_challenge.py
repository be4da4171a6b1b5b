"""What a new model is compared with, and what becomes of it when the champion is gone."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore
from typer.testing import CliRunner

from models.bundle import write_bundle
from models.evaluation.intervals import Resampling
from models.evaluation.promotion import PromotionSettings
from models.scenarios import SCENARIOS
from pipeline import params
from pipeline.base.errors import ModelError
from pipeline.cli import app
from pipeline.storage import store
from pipeline.tracking import mlflow_store
from pipeline.tracking import promote as challenge
from pipeline.tracking.champion import CHAMPION
from pipeline.tracking.promote import challenge_champion
from pipeline.tracking.record import ModelVersion, identity_of
from pipeline.tracking.registry import Registry

NAME = "undertow-simulated"
SETTINGS, RESAMPLING = PromotionSettings(), Resampling(block=10, repetitions=200)
SESSIONS = pd.bdate_range("2020-01-01", periods=40)


def outlook(sessions: pd.DatetimeIndex, base: float = 0.7) -> pd.DataFrame:
    probas = {"climatology": [0.6, 0.2, 0.2], "pool": [base, 0.9 - base, 0.1]}
    rows = [
        pd.DataFrame(np.tile(proba, (len(sessions), 1)), columns=list(SCENARIOS)).assign(
            session=sessions, window="ahead", model=model
        )
        for model, proba in probas.items()
    ]
    return pd.concat(rows)


def leave(
    sessions: pd.DatetimeIndex = SESSIONS,
    transition_skill: float = -0.1,
    base: float = 0.7,
    trees: int = 30,
) -> None:
    """What the stages before leave; by default a model that does not pass its own gates."""
    store.write_text(f"outlook: {{trees: {trees}}}\n", params.PARAMS)
    scores = {
        "log_loss_skill": 0.1,
        "transition_skill": transition_skill,
        "calibration_error": {"base": 0.02},
    }
    store.write_json({"ahead": {"pool": scores}}, store.EVALUATION)
    store.write_parquet(outlook(sessions, base), store.OUTLOOK)
    scenarios = pd.DataFrame(
        {"session": sessions, "window": "ahead", "scenario": "base", "label_end": sessions}
    ).assign(label_version="1")
    store.write_parquet(scenarios, store.SCENARIOS)


@pytest.fixture
def uri(tmp_path, empty_database, monkeypatch) -> str:
    monkeypatch.chdir(tmp_path)
    # The tests' bundles hold a window alone, which is enough to be served.
    monkeypatch.setattr(challenge, "load_model", lambda _folder: None)
    shutil.copyfile(empty_database, "mlflow.db")
    leave()
    return f"sqlite:///{tmp_path}/mlflow.db"


@pytest.fixture
def train(uri, record, bundle, features) -> Callable[..., int]:
    """Log a run with the forecasts that lie there and register its bundle."""

    def once(**tags: str) -> int:
        left = replace(record, artifacts=[store.OUTLOOK, params.PARAMS], metrics={}, tags=tags)
        run_id = mlflow_store.log_run(left, uri, "undertow")
        return Registry(uri, NAME).register(bundle, features[["vix_log_gap"]].tail(1), run_id)

    return once


def champion(uri: str) -> ModelVersion | None:
    return Registry(uri, NAME).holder(CHAMPION)


def test_the_first_model_speaks_whatever_its_gates_say_and_they_are_recorded(uri, train):
    decision = challenge_champion(train(), Registry(uri, NAME), SETTINGS, RESAMPLING)

    assert decision.promoted
    assert decision.first
    assert not decision.passed
    tags = champion(uri).tags
    assert tags["promotion"] == "first"
    assert tags["promotion.first"] == (
        "passed: no champion yet: it speaks until a better one comes"
    )
    assert tags["promotion.transition_skill"].startswith("failed: skill on transition days")


def test_a_second_model_has_to_pass(uri, train):
    challenge_champion(train(), Registry(uri, NAME), SETTINGS, RESAMPLING)

    assert not challenge_champion(train(), Registry(uri, NAME), SETTINGS, RESAMPLING).promoted
    leave(transition_skill=0.1)
    assert challenge_champion(train(), Registry(uri, NAME), SETTINGS, RESAMPLING).passed
    assert champion(uri).version == 3


@pytest.mark.parametrize(
    ("base", "trees", "passes"),
    [
        # Every outcome is base, so that any difference is one beyond noise.
        (0.7, 30, True),
        (0.7, 40, False),
        (0.8, 40, True),
        (0.6, 30, False),
    ],
    ids=["newer fit, no difference", "changed, no difference", "changed, better", "worse"],
)
def test_a_change_must_be_better_than_noise_and_a_newer_fit_not_worse(
    uri, train, base, trees, passes
):
    leave(transition_skill=0.1)
    challenge_champion(train(), Registry(uri, NAME), SETTINGS, RESAMPLING)
    leave(transition_skill=0.1, base=base, trees=trees)

    decision = challenge_champion(train(), Registry(uri, NAME), SETTINGS, RESAMPLING)

    assert decision.reasons[0].passed == passes
    assert "on the same 40 sessions" in decision.reasons[0].text


def test_an_experiment_is_judged_and_never_crowned(uri, train):
    leave(transition_skill=0.1)

    for _ in range(2):
        decision = challenge_champion(
            train(), Registry(uri, NAME), SETTINGS, RESAMPLING, may_promote=False
        )
        assert not decision.promoted
        assert champion(uri) is None

    assert Registry(uri, NAME).versions()[0].tags["promotion"] == "passed"


def deleted_run(uri: str, version: ModelVersion) -> None:
    mlflow.MlflowClient(uri).delete_run(version.run_id)


def purged_run(uri: str, version: ModelVersion) -> None:
    deleted_run(uri, version)
    # As `mlflow gc` does it.
    SqlAlchemyStore(uri, "unused")._hard_delete_run(version.run_id)


def deleted_version(uri: str, version: ModelVersion) -> None:
    mlflow.MlflowClient(uri).delete_model_version(NAME, str(version.version))


def deleted_model(uri: str, _version: ModelVersion) -> None:
    mlflow.MlflowClient(uri).delete_registered_model(NAME)


def lost_files(_uri: str, _version: ModelVersion) -> None:
    shutil.rmtree("mlartifacts")


def lost_outlook(_uri: str, version: ModelVersion) -> None:
    Path("mlartifacts", version.run_id, "artifacts", store.OUTLOOK.name).unlink()


def damaged_outlook(_uri: str, version: ModelVersion) -> None:
    Path("mlartifacts", version.run_id, "artifacts", store.OUTLOOK.name).write_text("nothing")


HARMS = (
    deleted_run,
    purged_run,
    deleted_version,
    deleted_model,
    lost_files,
    lost_outlook,
    damaged_outlook,
)


def test_a_lost_champion_is_told_and_the_new_model_judged_as_the_first(uri, train, caplog):
    """Each champion is lost in another way; the model that follows it is the next one's harm."""
    challenge_champion(train(), Registry(uri, NAME), SETTINGS, RESAMPLING)
    for harm in HARMS:
        lost = champion(uri)
        harm(uri, lost)
        caplog.clear()

        decision = challenge_champion(version := train(), Registry(uri, NAME), SETTINGS, RESAMPLING)

        assert decision.first, harm
        assert decision.promoted, harm
        assert champion(uri).version == version
        told = f"champion version {lost.version} is lost" in caplog.text
        assert told == (harm not in {deleted_version, deleted_model}), harm


def test_a_bundle_that_this_code_cannot_score_with_is_lost_too(uri, train, monkeypatch, caplog):
    challenge_champion(train(), Registry(uri, NAME), SETTINGS, RESAMPLING)

    def refuse(_folder: Path) -> None:
        raise ModelError("trained with another feature")

    monkeypatch.setattr(challenge, "load_model", refuse)

    assert challenge_champion(train(), Registry(uri, NAME), SETTINGS, RESAMPLING).first
    assert "champion version 1 is lost, so the new model" in caplog.text


def test_a_champion_of_other_sessions_stays_for_the_two_cannot_be_compared(uri, train):
    challenge_champion(train(), Registry(uri, NAME), SETTINGS, RESAMPLING)
    leave(SESSIONS + pd.Timedelta(days=364), transition_skill=0.1)

    decision = challenge_champion(train(), Registry(uri, NAME), SETTINGS, RESAMPLING)

    assert not decision.promoted
    assert "none of the same sessions" in decision.reasons[0].text
    assert champion(uri).version == 1


def test_the_same_model_of_the_same_data_is_one_version(uri, train, features):
    tags = identity_of("model-1", features)
    first = train(**tags)
    challenge_champion(first, Registry(uri, NAME), SETTINGS, RESAMPLING)
    before = champion(uri).tags

    assert train(**tags) == first
    assert challenge_champion(first, Registry(uri, NAME), SETTINGS, RESAMPLING).promoted
    assert champion(uri).tags == before
    assert train(**identity_of("model-2", features)) == 2
    assert train(**identity_of("model-1", features.iloc[1:])) == 3
    assert train() == 4


def test_a_version_that_is_not_whole_any_more_is_made_anew(uri, train, features):
    tags = identity_of("model-1", features)
    version = train(**tags)
    for harm in (deleted_run, purged_run, lost_files):
        harm(uri, Registry(uri, NAME).versions()[0])

        assert train(**tags) == version + 1, harm
        version += 1


def test_a_bundle_that_is_gone_is_one_sentence(uri, train, tmp_path):
    train()
    shutil.rmtree("mlartifacts")

    with pytest.raises(
        ModelError, match=r"version 1 of undertow-simulated is gone .*files are not there"
    ):
        Registry(uri, NAME).fetch_bundle(1, tmp_path)
    with pytest.raises(
        ModelError, match=r"version 9 of undertow-simulated is gone from MLflow \(.*"
    ):
        Registry(uri, NAME).fetch_bundle(9, tmp_path)


def test_the_list_of_versions_says_why_a_model_speaks_that_did_not_pass(uri, train):
    challenge_champion(train(), Registry(uri, NAME), SETTINGS, RESAMPLING)
    shutil.copyfile(Path(params.__file__).parents[1] / "params.yaml", "params.yaml")

    told = " ".join(CliRunner().invoke(app, ["models"], catch_exceptions=False).stdout.split())

    assert "1 champion first" in told
    assert "version 1, first: passed: no champion yet: it speaks until a better one" in told
    assert "version 1, transition skill: failed" in told


def test_a_bundle_rewritten_in_the_registry_is_not_taken(uri, train, tmp_path) -> None:
    version = train()
    (kept,) = [path.parent for path in Path().rglob("hashes.json")]
    write_bundle({"windows": {}}, kept)
    with pytest.raises(ModelError, match=r"is not the one that was registered"):
        Registry(uri, NAME).fetch_bundle(version, tmp_path)


def test_forecasts_rewritten_in_a_run_are_compared_with_nothing(uri, train, caplog) -> None:
    challenge_champion(train(), Registry(uri, NAME), SETTINGS, RESAMPLING)
    (kept,) = Path("mlartifacts").rglob(store.OUTLOOK.name)
    store.write_parquet(outlook(SESSIONS, base=0.01), kept)

    assert challenge_champion(train(), Registry(uri, NAME), SETTINGS, RESAMPLING).first
    assert re.search(r"outlook\.parquet of run \w+ is not the file that was logged", caplog.text)
