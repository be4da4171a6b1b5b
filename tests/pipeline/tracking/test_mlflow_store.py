import json
from dataclasses import replace
from datetime import UTC, datetime

import mlflow
import pytest
from mlflow.types import ColSpec

from pipeline.base.errors import ModelError
from pipeline.tracking import mlflow_store
from pipeline.tracking.record import frame_digest
from pipeline.tracking.registry import Registry

pytestmark = pytest.mark.slow

EXPERIMENT = "walk-forward"


@pytest.fixture
def logged(uri, run_id):
    return mlflow.MlflowClient(uri).get_run(run_id)


def test_a_run_is_finished_and_bears_its_name_and_tags(logged, record):
    assert logged.info.status == "FINISHED"
    assert logged.info.run_name == "grave-duff"
    assert record.tags.items() <= logged.data.tags.items()


def test_the_run_is_found_by_its_dvc_experiment(uri, run_id):
    client = mlflow.MlflowClient(uri)
    experiment = client.get_experiment_by_name(EXPERIMENT)

    found = client.search_runs([experiment.experiment_id], "tags.dvc_experiment = 'grave-duff'")

    assert run_id in {run.info.run_id for run in found}


def test_parameters_and_metrics_arrive(logged):
    assert logged.data.params == {
        "outlook.floor": "0.01",
        "outlook.pool.ahead": '["vix", "climatology"]',
    }
    assert logged.data.metrics == {
        "ahead/pool/log_loss_skill": 0.1,
        "ahead/pool/auc/base": 0.7,
        "ahead/pool/by_year/log_loss_skill": -0.1,
    }


def test_years_are_steps(uri, run_id):
    history = mlflow.MlflowClient(uri).get_metric_history(
        run_id, "ahead/pool/by_year/log_loss_skill"
    )

    assert {point.step: point.value for point in history} == {2019: 0.2, 2020: -0.1}


def test_the_dataset_arrives_with_digest_schema_and_source(logged, record):
    (given,) = logged.inputs.dataset_inputs

    assert given.dataset.digest == frame_digest(record.features.reset_index())
    assert mlflow.data.get_source(given).uri == "data/features.parquet"
    columns = mlflow.types.Schema.from_json(
        json.dumps(json.loads(given.dataset.schema)["mlflow_colspec"])
    )
    assert columns.input_dict() == {
        "session": ColSpec("datetime", "session"),
        "vix_log_gap": ColSpec("double", "vix_log_gap", required=False),
        "state_0": ColSpec("double", "state_0"),
    }
    assert json.loads(given.dataset.profile)["num_rows"] == len(record.features)


def test_files_and_folders_come_back(uri, run_id, tmp_path):
    plots = mlflow_store.fetch_artifact("plots", run_id, tmp_path, uri)
    metrics = mlflow_store.fetch_artifact("metrics.json", run_id, tmp_path, uri)

    assert (plots / "reliability.svg").read_text() == "<svg/>"
    assert metrics.read_text() == "{}"


def test_what_is_gone_is_told_and_no_failure_of_the_store(uri, run_id, tmp_path):
    for ask in (
        lambda: mlflow_store.fetch_artifact("absent.parquet", run_id, tmp_path, uri),
        lambda: mlflow_store.fetch_artifact("metrics.json", "0" * 32, tmp_path, uri),
        lambda: Registry(uri, "unheard-of").fetch_bundle(1, tmp_path),
        lambda: mlflow_store.add_artifact(tmp_path, "0" * 32, uri),
    ):
        with pytest.raises(ModelError, match="is gone from MLflow"):
            ask()


def test_a_later_stage_adds_its_page(uri, run_id, tmp_path):
    page, back = tmp_path / "report.html", tmp_path / "back"
    back.mkdir()
    for text in ("yesterday", "today"):
        page.write_text(text)
        mlflow_store.add_artifact(page, run_id, uri)

    fetched = mlflow_store.fetch_artifact(page.name, run_id, back, uri)

    assert fetched.read_text() == "today"


def test_more_than_one_call_holds_arrives_whole(uri, record):
    many = replace(
        record,
        params={f"p{i}": i for i in range(250)},
        metrics={"ahead": {"pool": {f"m{i}": i for i in range(2300)}}},
        artifacts=[],
    )

    run = mlflow.MlflowClient(uri).get_run(mlflow_store.log_run(many, uri, EXPERIMENT))

    assert run.data.params == {f"p{i}": str(i) for i in range(250)}
    assert run.data.metrics == {f"ahead/pool/m{i}": float(i) for i in range(2300)}


def test_distinct_configurations_are_counted(sqlite, record):
    def trials(experiment, **params):
        run_id = mlflow_store.log_run(replace(record, params=params), sqlite, experiment)
        return mlflow_store.trials_of(run_id, sqlite)

    first = {"outlook": {"floor": 0.01}, "data": {"end": "2025-06-30"}}
    other = {"outlook": {"floor": 0.02}, "data": {"end": "2025-06-30"}}
    later = {"outlook": {"floor": 0.01}, "data": {"end": "2025-07-31"}}

    assert [trials("counted", **params) for params in (first, other, first, later)] == [1, 2, 2, 2]
    assert trials("another", **other) == 1


def test_each_model_is_a_child_with_the_same_metric_names(sqlite, record):
    children = {"pool": {"ahead": {"skill": 0.1}}, "vix": {"ahead": {"skill": 0.05}}}

    run_id = mlflow_store.log_run(replace(record, children=children), sqlite, "with children")

    client = mlflow.MlflowClient(sqlite)
    place = client.get_experiment_by_name("with children").experiment_id
    asked = f"tags.`mlflow.parentRunId` = '{run_id}'"
    found = {run.info.run_name: run for run in client.search_runs([place], asked)}
    assert {name: run.data.metrics for name, run in found.items()} == {
        "pool": {"ahead/skill": 0.1},
        "vix": {"ahead/skill": 0.05},
    }
    assert {run.info.status for run in found.values()} == {"FINISHED"}


def test_run_and_models_tell_when_the_training_began_and_who_started_it(sqlite, record):
    began = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
    children = {"pool": {"ahead": {"skill": 0.1}}}
    tags = {"mlflow.user": "ada", "mlflow.source.name": "dvc repro"}

    timed = replace(record, began=began, children=children, tags=tags)
    run_id = mlflow_store.log_run(timed, sqlite, "with times")

    client = mlflow.MlflowClient(sqlite)
    place = client.get_experiment_by_name("with times").experiment_id
    found = client.search_runs([place])
    assert {run.info.run_name for run in found} == {"grave-duff", "pool"}
    for run in found:
        assert run.info.start_time == began.timestamp() * 1000
        assert run.info.end_time > run.info.start_time
        assert tags.items() <= run.data.tags.items()
    assert run_id in {run.info.run_id for run in found}


def test_an_experiment_opens_as_model_training_unless_someone_chose(sqlite, record):
    client = mlflow.MlflowClient(sqlite)
    chosen = client.create_experiment("chosen", tags={"mlflow.experimentKind": "genai_development"})
    for name in ("chosen", "left alone"):
        mlflow_store.log_run(record, sqlite, name)

    left = client.get_experiment_by_name("left alone").tags
    assert client.get_experiment(chosen).tags["mlflow.experimentKind"] == "genai_development"
    assert left["mlflow.experimentKind"] == "custom_model_development"
    assert left["mlflow.experiment.primaryMetric.name"] == "ahead/skill"
    assert "Scores, the best first" in left["mlflow.sharedViewState.undertow"]


def test_words_and_figures_are_added_to_a_finished_run(uri, record):
    run_id = mlflow_store.log_run(record, uri, EXPERIMENT)

    mlflow_store.add_words(run_id, "**better**", {"ahead": {"over_champion": 0.01}}, uri, "renamed")

    run = mlflow.MlflowClient(uri).get_run(run_id)
    assert run.data.tags["mlflow.note.content"] == "**better**"
    assert run.data.metrics["ahead/over_champion"] == 0.01
    assert run.info.status == "FINISHED"
    assert run.info.run_name == "renamed"


def test_a_run_that_breaks_off_is_failed(sqlite, record, tmp_path):
    broken = replace(record, artifacts=[tmp_path / "absent"], tags={"end": "broken"})

    with pytest.raises(FileNotFoundError):
        mlflow_store.log_run(broken, sqlite, EXPERIMENT)

    client = mlflow.MlflowClient(sqlite)
    experiment = client.get_experiment_by_name(EXPERIMENT)
    (run,) = client.search_runs([experiment.experiment_id], "tags.end = 'broken'")
    assert run.info.status == "FAILED"


def test_artifacts_of_a_local_store_lie_beside_it(sqlite, record, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    mlflow_store.log_run(record, sqlite, "another experiment")

    assert list(tmp_path.iterdir()) == []
