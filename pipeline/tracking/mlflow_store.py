"""Runs and models in MLflow: the one way of the project to it.

Everything goes through the client of one address; MLflow's active run and experiment, which are
global, are not used. Each function raises ConfigurationError when MLflow cannot be reached or
refuses.
"""

import json
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version as installed
from itertools import zip_longest
from pathlib import Path
from shutil import copytree
from typing import Any

import mlflow
import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import LoggedModelOutput, Metric, Param
from mlflow.exceptions import MlflowException
from mlflow.models import Model, ModelSignature
from mlflow.types import ColSpec, DataType, Schema
from sqlalchemy.exc import SQLAlchemyError

import models
from models.scenarios import SCENARIOS
from pipeline.errors import ConfigurationError
from pipeline.tracking import database
from pipeline.tracking.address import complaint, environment, sqlite_file
from pipeline.tracking.dataset import dataset_of
from pipeline.tracking.record import (
    ModelVersion,
    RunRecord,
    configuration_digest,
    flat_params,
    metric_points,
)

_METRICS_A_CALL, _PARAMS_A_CALL = 900, 100

_CODE = Path(models.__file__).parent
_SERVED = Path(__file__).with_name("served_model.py")
_SERVING_NEEDS = ("mlflow", "numpy", "pandas", "scipy", "lightgbm")
_ANSWER = Schema(
    [
        ColSpec(DataType.long, "row"),
        ColSpec(DataType.string, "window"),
        *(ColSpec(DataType.double, scenario) for scenario in SCENARIOS),
    ]
)


def check_server(uri: str) -> None:
    """Ask a tracking server for anything."""
    with _client(uri) as client:
        client.search_experiments(max_results=1)


def log_run(record: RunRecord, uri: str, experiment: str) -> str:
    """Log one trained configuration as a run.

    Beside the record's own tags the run has ``trials``, how many configurations the experiment has
    tried, this one included: the more were tried, the more of the best one's skill is luck.

    Parameters
    ----------
    record
        What to log.
    uri
        From `pipeline.tracking.address.tracking_uri`.
    experiment
        Name of the experiment, created with its first run.

    Returns
    -------
    str
        Id of the run; it is FINISHED, or FAILED when logging broke off.
    """
    with _client(uri) as client:
        place = _experiment(client, uri, experiment)
        tags = {**record.tags, "trials": str(_trials(client, place, record))}
        run_id = client.create_run(place, tags=tags, run_name=record.name).info.run_id
        status = "FAILED"
        try:
            _fill(client, run_id, record)
            status = "FINISHED"
        finally:
            client.set_terminated(run_id, status)
    return run_id


def end_killed(tag: str, value: str, uri: str, experiment: str) -> list[str]:
    """End as KILLED the runs that bear a tag and still count as RUNNING, and tell their ids.

    Parameters
    ----------
    tag, value
        Only whoever began the runs knows the value; see `pipeline.tracking.attempt`.
    uri, experiment
        As for `log_run`; an experiment that is not there has no runs.
    """
    with _client(uri) as client:
        place = client.get_experiment_by_name(experiment)
        if place is None:
            return []
        asked = f"attributes.status = 'RUNNING' and tags.{tag} = '{value}'"
        left = [run.info.run_id for run in client.search_runs([place.experiment_id], asked)]
        for run_id in left:
            client.set_terminated(run_id, "KILLED")
    return left


def add_artifact(path: Path, run_id: str, uri: str) -> None:
    """Keep one more file or folder with a run, in place of an earlier one of its name."""
    with _client(uri) as client:
        client.log_artifact(run_id, str(path))


def register(bundle: Path, example: pd.DataFrame, run_id: str, uri: str, name: str) -> int:
    """Keep a bundle as a new version of a registered model.

    MLflow's ``log_model`` does the same, but first copies the run's metrics to the model: one
    query each, and then one call, which more than 1,000 metrics overflow.

    Parameters
    ----------
    bundle
        Folder from `models.bundle.write_bundle`, with the windows' states under ``windows``.
    example
        Some rows of the model's inputs, floats: the signature's columns and the input example.
    run_id
        From `log_run`; its tags are copied to the version.
    uri, name
        Address, and name of the registered model.

    Returns
    -------
    int
        The version's number.
    """
    with _client(uri) as client:
        run = client.get_run(run_id)
        kept = client.create_logged_model(run.info.experiment_id, name, source_run_id=run_id)
        with tempfile.TemporaryDirectory() as folder:
            # MLflow keeps a folder under its own name, and `fetch_bundle` asks for this one.
            named = copytree(bundle, Path(folder) / "bundle")
            _save(Path(folder) / "model", named, example, kept)
            client.log_model_artifacts(kept.model_id, f"{folder}/model")
        client.finalize_logged_model(kept.model_id, "READY")
        client.log_outputs(run_id, [LoggedModelOutput(kept.model_id, step=0)])
        if not client.search_registered_models(_named(name)):
            client.create_registered_model(name)
        tags = {key: value for key, value in run.data.tags.items() if not key.startswith("mlflow.")}
        version = client.create_model_version(
            name, f"models:/{kept.model_id}", run_id, tags, model_id=kept.model_id
        )
        # By this tag MLflow's pages lead from a run to its versions.
        link = json.dumps([{"name": name, "version": version.version}])
        client.set_logged_model_tags(kept.model_id, {"mlflow.modelVersions": link})
    return int(version.version)


def versions(uri: str, name: str) -> list[ModelVersion]:
    """Every version of a registered model, newest first; none when the name is not registered."""
    with _client(uri) as client:
        registered = client.search_registered_models(_named(name))
        holders = registered[0].aliases if registered else {}
        found = [
            ModelVersion(
                version=int(entry.version),
                aliases=tuple(
                    a for a, holder in holders.items() if str(holder) == str(entry.version)
                ),
                created=pd.Timestamp(entry.creation_timestamp, unit="ms", tz="UTC"),
                run_id=entry.run_id or "",
                tags=dict(entry.tags),
            )
            for entry in client.search_model_versions(_named(name))
        ]
    return sorted(found, key=lambda entry: entry.version, reverse=True)


def tag_version(version: int, tags: Mapping[str, str], uri: str, name: str) -> None:
    """Set tags of a version; those of other names stay."""
    with _client(uri) as client:
        for key, value in tags.items():
            client.set_model_version_tag(name, str(version), key, value)


def set_alias(alias: str, version: int, uri: str, name: str) -> None:
    """Give an alias to a version, taking it from whichever had it."""
    with _client(uri) as client:
        client.set_registered_model_alias(name, alias, str(version))


def drop_alias(alias: str, uri: str, name: str) -> None:
    """Take an alias away; nothing happens when no version has it."""
    with _client(uri) as client:
        client.delete_registered_model_alias(name, alias)


def fetch_bundle(version: int, folder: Path, uri: str, name: str) -> Path:
    """Bring a version's bundle into an existing folder and tell where it lies there."""
    with _client(uri):
        return Path(
            mlflow.artifacts.download_artifacts(
                f"models:/{name}/{version}/artifacts/bundle",
                dst_path=str(folder),
                tracking_uri=uri,
            )
        )


def fetch_artifact(artifact: str, run_id: str, folder: Path, uri: str) -> Path:
    """Bring a file or folder of a run into an existing folder and tell where it lies there."""
    with _client(uri) as client:
        return Path(client.download_artifacts(run_id, artifact, str(folder)))


def _trials(client: MlflowClient, experiment_id: str, record: RunRecord) -> int:
    """Count the distinct configurations of an experiment, each of which leaves a tag on it."""
    client.set_experiment_tag(
        experiment_id, f"trial.{configuration_digest(record.params)}", "tried"
    )
    return sum(tag.startswith("trial.") for tag in client.get_experiment(experiment_id).tags)


def _fill(client: MlflowClient, run_id: str, record: RunRecord) -> None:
    # First: MLflow looks up where artefacts go by reading the run, metrics and all.
    for path in record.artifacts:
        client.log_artifact(run_id, str(path))
    now = time.time_ns() // 1_000_000
    metrics = [Metric(p.key, p.value, now, p.step) for p in metric_points(record.metrics)]
    params = [Param(key, value) for key, value in flat_params(record.params).items()]
    for some_metrics, some_params in zip_longest(
        _chunks(metrics, _METRICS_A_CALL), _chunks(params, _PARAMS_A_CALL), fillvalue=()
    ):
        client.log_batch(run_id, metrics=some_metrics, params=some_params)
    client.log_inputs(run_id, [dataset_of(record)])


def _chunks(items: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _experiment(client: MlflowClient, uri: str, name: str) -> str:
    found = client.get_experiment_by_name(name)
    if found is not None:
        return found.experiment_id
    file = sqlite_file(uri)
    # MLflow's default is the working directory, which may be a passing one of `dvc exp run`.
    location = str(file.with_name("mlartifacts")) if file else None
    return client.create_experiment(name, artifact_location=location)


def _save(folder: Path, bundle: Path, example: pd.DataFrame, kept: Any) -> None:
    inputs = Schema([ColSpec(DataType.double, str(column)) for column in example])
    mlflow.pyfunc.save_model(
        path=folder,
        mlflow_model=Model(
            artifact_path=kept.artifact_location,
            run_id=kept.source_run_id,
            model_uuid=kept.model_id,
            model_id=kept.model_id,
        ),
        python_model=_SERVED,
        artifacts={"bundle": str(bundle)},
        code_paths=[str(_CODE)],
        signature=ModelSignature(inputs, _ANSWER),
        input_example=example.reset_index(drop=True),
        # Without these MLflow runs the model to see what it imports, for seconds.
        pip_requirements=[f"{package}=={installed(package)}" for package in _SERVING_NEEDS],
    )


def _named(name: str) -> str:
    return f"name = '{name}'"


@contextmanager
def _client(uri: str) -> Iterator[MlflowClient]:
    """Give a client, and turn MLflow's exceptions into one sentence without credentials.

    The address is in the environment meanwhile: a store in SQLite finds the model that is to be
    registered by MLflow's global address and not by its own.
    """
    try:
        with environment({"MLFLOW_TRACKING_URI": uri}):
            if (file := sqlite_file(uri)) is not None:
                database.make(file)
            yield MlflowClient(uri)
    except (MlflowException, SQLAlchemyError) as error:
        raise ConfigurationError(complaint(uri, str(error))) from None
