"""What a run is filled with, in as few calls as MLflow takes."""

import time
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from mlflow import MlflowClient
from mlflow.entities import Metric, Param
from mlflow.utils.mlflow_tags import (
    MLFLOW_PARENT_RUN_ID,
    MLFLOW_SOURCE_NAME,
    MLFLOW_SOURCE_TYPE,
    MLFLOW_USER,
)

from pipeline.tracking.dataset import dataset_of
from pipeline.tracking.races import tag_experiment
from pipeline.tracking.record import RunRecord, configuration_digest, logged_params, metric_points

_CHILD_TAGS = (
    "source",
    "as_of",
    "market",
    "attempt",
    MLFLOW_USER,
    MLFLOW_SOURCE_NAME,
    MLFLOW_SOURCE_TYPE,
)
"""Tags that a child has of its parent: its data, what ends it if it is left running, and
who started it by which command."""
_DIGITS = 4
"""That are kept of a metric: a thousandth of it; the artefact ``evaluation.json`` has them all."""

_METRICS_A_CALL, _PARAMS_A_CALL = 900, 100


def count_trials(client: MlflowClient, experiment_id: str, record: RunRecord) -> int:
    """Count the distinct configurations of an experiment, each of which leaves a tag on it."""
    tag_experiment(client, experiment_id, f"trial.{configuration_digest(record.params)}", "tried")
    return sum(tag.startswith("trial.") for tag in client.get_experiment(experiment_id).tags)


def fill(client: MlflowClient, run_id: str, record: RunRecord) -> None:
    """Log a record's files, metrics, parameters and dataset to a run."""
    # First: MLflow looks up where artefacts go by reading the run, metrics and all.
    for path in record.artifacts:
        client.log_artifact(run_id, str(path))
    metrics = as_metrics(record.metrics)
    params = [Param(key, value) for key, value in logged_params(record.params).items()]
    for some_metrics, some_params in zip_longest(
        _chunks(metrics, _METRICS_A_CALL), _chunks(params, _PARAMS_A_CALL), fillvalue=()
    ):
        client.log_batch(run_id, metrics=some_metrics, params=some_params)
    client.log_inputs(run_id, [dataset_of(record)])


def add_children(client: MlflowClient, experiment_id: str, run_id: str, record: RunRecord) -> None:
    """Log a child run for each of a record's children, with the parent's beginning and tags."""
    kept = {name: record.tags[name] for name in _CHILD_TAGS if name in record.tags}
    for name, metrics in record.children.items():
        tags = kept | {MLFLOW_PARENT_RUN_ID: run_id}
        child = client.create_run(experiment_id, began_at(record), tags, name).info.run_id
        client.log_batch(child, metrics=as_metrics(metrics))
        client.set_terminated(child)


def began_at(record: RunRecord) -> int | None:
    """When a record's training began, in milliseconds as MLflow counts them."""
    return None if record.began is None else round(1000 * record.began.timestamp())


def as_metrics(metrics: Mapping[str, Any]) -> list[Metric]:
    """Metrics as MLflow takes them, of this moment; its table would show every digit of them."""
    now = time.time_ns() // 1_000_000
    return [
        Metric(p.key, float(f"{p.value:.{_DIGITS}g}"), now, p.step) for p in metric_points(metrics)
    ]


def _chunks(items: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
