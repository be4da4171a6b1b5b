"""Runs in MLflow, and the one way of the project to it.

Everything goes through the client of one address; MLflow's active run and experiment, which are
global, are not used. Each function raises ConfigurationError when MLflow cannot be reached or
refuses.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mlflow import MlflowClient
from mlflow.entities import LifecycleStage
from mlflow.exceptions import MlflowException
from mlflow.utils.mlflow_tags import MLFLOW_RUN_NOTE
from sqlalchemy.exc import SQLAlchemyError

from pipeline.base.errors import ConfigurationError, ModelError
from pipeline.tracking import database, local_store, moved
from pipeline.tracking.address import check_address, complaint, environment, shown, sqlite_file
from pipeline.tracking.filling import add_children, as_metrics, began_at, count_trials
from pipeline.tracking.filling import fill as _fill
from pipeline.tracking.gone import gone
from pipeline.tracking.local_store import deleted_experiment
from pipeline.tracking.opening import experiment_tags
from pipeline.tracking.races import found_or_made, tag_experiment
from pipeline.tracking.record import RunRecord
from pipeline.tracking.vouched import check_file, files_tag_of

_DELETED = LifecycleStage.DELETED
_TRIALS = "trials"


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
    experiment
        Name of the experiment, created with its first run.

    Returns
    -------
    str
        Id of the run; it is FINISHED, or FAILED when logging broke off.
    """
    with _client(uri) as client:
        place = _experiment(client, uri, experiment)
        trials = str(count_trials(client, place, record))
        tags = {**record.tags, **files_tag_of(record.artifacts), _TRIALS: trials}
        start = began_at(record)
        run_id = client.create_run(place, start, tags, record.name).info.run_id
        status = "FAILED"
        try:
            _fill(client, run_id, record)
            add_children(client, place, run_id, record)
            status = "FINISHED"
        finally:
            client.set_terminated(run_id, status)
    return run_id


def id_of(experiment: str, uri: str) -> str:
    """Id of an experiment, made if need be, that opens as `opening.experiment_tags` wants."""
    with _client(uri) as client:
        return _experiment(client, uri, experiment)


def add_words(
    run_id: str, words: str, metrics: Mapping[str, Any], uri: str, name: str | None = None
) -> None:
    """Give a run its description, in Markdown, a few metrics more, and perhaps another name."""
    with _client(uri) as client:
        if name is not None:
            client.update_run(run_id, name=name)
        client.set_tag(run_id, MLFLOW_RUN_NOTE, words)
        client.log_batch(run_id, metrics=as_metrics(metrics))


def trials_of(run_id: str, uri: str) -> int:
    """How many configurations the experiment had tried when `log_run` logged a run."""
    with _client(uri) as client:
        return int(client.get_run(run_id).data.tags[_TRIALS])


def end_killed(tag: str, value: str, uri: str, experiment: str) -> list[str]:
    """End as KILLED the runs that have a tag and still count as RUNNING, and give their ids.

    Parameters
    ----------
    tag, value
        Only the process that began the runs knows the value; see `pipeline.tracking.attempt`.
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
    """Keep one more file or folder with a run, in place of an earlier one added under its name.

    Raises
    ------
    ModelError
        When the run was purged.
    """
    with _client(uri) as client, gone(f"run {run_id}"):
        client.log_artifact(run_id, str(path))


def fetch_artifact(artifact: str, run_id: str, folder: Path, uri: str) -> Path:
    """Bring a file or folder of a run into an existing folder and tell where it lies there.

    Raises
    ------
    ModelError
        When the run is deleted or purged, or the file is gone or not the one that was logged.
    """
    with _client(uri) as client, gone(f"{artifact} of run {run_id or 'unknown'}"):
        run = client.get_run(run_id)
        if run.info.lifecycle_stage == _DELETED:
            raise ModelError(f"its run {run_id} is deleted; `mlflow runs restore` brings it back")
        path = Path(client.download_artifacts(run_id, artifact, str(folder)))
    check_file(path, run.data.tags, run_id)
    return path


def _experiment(client: MlflowClient, uri: str, name: str) -> str:
    file = sqlite_file(uri)
    # MLflow's default is the working directory, which may be a passing one of `dvc exp run`.
    location = moved.as_location(moved.home(file)) if file else None
    found = found_or_made(
        lambda: client.get_experiment_by_name(name),
        lambda: client.create_experiment(name, artifact_location=location),
    )
    _refuse_deleted(found, uri)
    for key, value in experiment_tags().items():
        if key not in found.tags:
            tag_experiment(client, found.experiment_id, key, value)
    return str(found.experiment_id)


def _refuse_deleted(found: Any, uri: str) -> None:
    if found is not None and found.lifecycle_stage == _DELETED:
        raise ConfigurationError(deleted_experiment(found.name, found.experiment_id, shown(uri)))


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
