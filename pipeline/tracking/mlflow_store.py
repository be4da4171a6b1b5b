"""Runs and models in MLflow: the one way of the project to it.

Everything goes through the client of one address; MLflow's active run and experiment, which are
global, are not used. Each function raises ConfigurationError when MLflow cannot be reached or
refuses.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree
from typing import Any

import mlflow
import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import LifecycleStage, LoggedModelOutput
from mlflow.exceptions import MlflowException
from sqlalchemy.exc import SQLAlchemyError

from pipeline.base.errors import ConfigurationError, ModelError
from pipeline.base.run import log
from pipeline.tracking import database, local_store, moved
from pipeline.tracking.address import check_address, complaint, environment, shown, sqlite_file
from pipeline.tracking.filling import count_trials
from pipeline.tracking.filling import fill as _fill
from pipeline.tracking.gone import gone
from pipeline.tracking.local_store import deleted_experiment
from pipeline.tracking.packaging import save_served
from pipeline.tracking.races import found_or_made
from pipeline.tracking.record import IDENTITY, ModelVersion, RunRecord
from pipeline.tracking.vouched import check_vouched, tag_of

_ACTIVE, _DELETED = LifecycleStage.ACTIVE, LifecycleStage.DELETED


def check_server(uri: str, *experiments: str) -> None:
    """Ask a tracking server for anything, and whether an experiment is deleted."""
    with _client(uri) as client:
        client.search_experiments(max_results=1)
        for name in experiments:
            _refuse_deleted(client.get_experiment_by_name(name), uri)


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
        tags = {**record.tags, "trials": str(count_trials(client, place, record))}
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
    """Keep one more file or folder with a run, in place of an earlier one of its name.

    Raises
    ------
    ModelError
        When the run was purged.
    """
    with _client(uri) as client, gone(f"run {run_id}"):
        client.log_artifact(run_id, str(path))


def register(bundle: Path, example: pd.DataFrame, run_id: str, uri: str, name: str) -> int:
    """Keep a bundle as a version of a registered model: a new one, unless it is there already.

    MLflow's ``log_model`` does the same, but first copies the run's metrics to the model: one
    query each, and then one call, which more than 1,000 metrics overflow.

    Parameters
    ----------
    bundle
        Folder from `models.bundle.write_bundle`, with the windows' states under ``windows``.
    example
        Some rows of the model's inputs, floats: the signature's columns and the input example.
    run_id
        From `log_run`; its tags are copied to the version. With those of `identity_of` among them,
        a version that bears the same, and whose run and bundle are there, is this one.
    uri, name
        Address, and name of the registered model.

    Returns
    -------
    int
        The version's number.
    """
    with _client(uri) as client:
        run = client.get_run(run_id)
        if known := _same(run.data.tags, uri, name):
            log.info("%s version %d is the same model, trained on the same data", name, known)
            return known
        kept = client.create_logged_model(run.info.experiment_id, name, source_run_id=run_id)
        with tempfile.TemporaryDirectory() as folder:
            # MLflow keeps a folder under its own name, and `fetch_bundle` asks for this one.
            named = copytree(bundle, Path(folder) / "bundle")
            save_served(Path(folder) / "model", named, example, kept)
            client.log_model_artifacts(kept.model_id, f"{folder}/model")
        client.finalize_logged_model(kept.model_id, "READY")
        client.log_outputs(run_id, [LoggedModelOutput(kept.model_id, step=0)])
        found_or_made(
            lambda: client.search_registered_models(_named(name)),
            lambda: client.create_registered_model(name),
        )
        tags = {key: value for key, value in run.data.tags.items() if not key.startswith("mlflow.")}
        version = client.create_model_version(
            *(name, f"models:/{kept.model_id}", run_id, tags | tag_of(bundle)),
            model_id=kept.model_id,
        )
        # By this tag MLflow's pages lead from a run to its versions.
        link = json.dumps([{"name": name, "version": version.version}])
        client.set_logged_model_tags(kept.model_id, {"mlflow.modelVersions": link})
    return int(version.version)


def versions(uri: str, name: str) -> list[ModelVersion]:
    """Every version of a registered model, newest first; none when the name is not registered.

    A database that was lost is not begun anew for a look.
    """
    file = sqlite_file(uri)
    if file is not None and local_store.tell_lost(file):
        return []
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
    """Bring a version's bundle into an existing folder and tell where it lies there.

    Raises
    ------
    ModelError
        When the version or its files are gone, or are not those that were registered.
    """
    what = f"version {version} of {name}"
    with _client(uri) as client, gone(what):
        tags = dict(client.get_model_version(name, str(version)).tags)
        bundle = Path(
            mlflow.artifacts.download_artifacts(
                f"models:/{name}/{version}/artifacts/bundle",
                dst_path=str(folder),
                tracking_uri=uri,
            )
        )
    check_vouched(bundle, tags, what)
    return bundle


def fetch_artifact(artifact: str, run_id: str, folder: Path, uri: str) -> Path:
    """Bring a file or folder of a run into an existing folder and tell where it lies there.

    Raises
    ------
    ModelError
        When the run is deleted or purged, or the file is gone.
    """
    with _client(uri) as client, gone(f"{artifact} of run {run_id or 'unknown'}"):
        if client.get_run(run_id).info.lifecycle_stage == _DELETED:
            raise ModelError(f"its run {run_id} is deleted; `mlflow runs restore` brings it back")
        return Path(client.download_artifacts(run_id, artifact, str(folder)))


def _same(tags: Mapping[str, str], uri: str, name: str) -> int | None:
    identity = {key: tags.get(key) for key in IDENTITY}
    if None in identity.values():
        return None
    alike = (v for v in versions(uri, name) if identity.items() <= v.tags.items())
    return next((v.version for v in alike if _is_whole(v, uri, name)), None)


def _is_whole(version: ModelVersion, uri: str, name: str) -> bool:
    try:
        with tempfile.TemporaryDirectory() as folder, _client(uri) as client:
            fetch_bundle(version.version, Path(folder), uri, name)
            with gone(f"run {version.run_id}"):
                return bool(client.get_run(version.run_id).info.lifecycle_stage == _ACTIVE)
    except ModelError:
        return False


def _experiment(client: MlflowClient, uri: str, name: str) -> str:
    file = sqlite_file(uri)
    # MLflow's default is the working directory, which may be a passing one of `dvc exp run`.
    location = moved.as_location(moved.home(file)) if file else None
    found = found_or_made(
        lambda: client.get_experiment_by_name(name),
        lambda: client.create_experiment(name, artifact_location=location),
    )
    _refuse_deleted(found, uri)
    return str(found.experiment_id)


def _refuse_deleted(found: Any, uri: str) -> None:
    if found is not None and found.lifecycle_stage == _DELETED:
        raise ConfigurationError(deleted_experiment(found.name, found.experiment_id, shown(uri)))


def _named(name: str) -> str:
    return f"name = '{name}'"


@contextmanager
def _client(uri: str) -> Iterator[MlflowClient]:
    """Give a client, and turn MLflow's exceptions into one sentence without credentials.

    The address is in the environment meanwhile: a store in SQLite finds the model that is to be
    registered by MLflow's global address and not by its own.
    """
    file = sqlite_file(uri)
    try:
        with environment({"MLFLOW_TRACKING_URI": uri} | (database.UNPOOLED if file else {})):
            if file is not None:
                check_address(uri)
                local_store.prepare(file, uri)
                database.make(file)
            yield MlflowClient(uri)
    except (MlflowException, SQLAlchemyError, ModuleNotFoundError) as error:
        raise ConfigurationError(complaint(uri, str(error))) from None
