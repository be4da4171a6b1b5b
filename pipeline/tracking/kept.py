"""What a run has kept of its forecasts and settings, so that it can be compared later."""

import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from models.evaluation.loss_table import loss_table
from pipeline.base.errors import ModelError
from pipeline.base.run import log
from pipeline.params import PARAMS
from pipeline.scoring.model import RewrittenError
from pipeline.storage import store
from pipeline.storage.yaml_file import read_yaml
from pipeline.tracking import mlflow_store


def kept_losses(run_id: str, uri: str) -> pd.DataFrame:
    """Loss of every forecast of a run, as in `models.evaluation.loss_table.loss_table`.

    A run of an earlier version kept its forecasts alone; they are scored by today's labels.

    Raises
    ------
    ModelError
        When the run has kept neither, or what it kept was rewritten.
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            return store.read_parquet(_fetched(store.LOSSES.name, run_id, folder, uri))
        except RewrittenError:
            raise
        except ModelError:
            outlook = store.read_parquet(_fetched(store.OUTLOOK.name, run_id, folder, uri))
    log.info("run %s kept no losses; its forecasts are scored by today's labels", run_id)
    try:
        return loss_table(outlook, store.read_labels())
    except ValueError as error:
        raise ModelError(f"the forecasts of run {run_id} cannot be scored: {error}") from None


def kept_params(run_id: str, uri: str) -> dict[str, Any]:
    """The ``params.yaml`` that a run was trained with, as it was.

    Raises
    ------
    ModelError
        When the run has not kept it.
    """
    with tempfile.TemporaryDirectory() as folder:
        document: dict[str, Any] = read_yaml(_fetched(PARAMS.name, run_id, folder, uri))
    return document


def _fetched(name: str, run_id: str, folder: str, uri: str) -> Path:
    return mlflow_store.fetch_artifact(name, run_id, Path(folder), uri)
