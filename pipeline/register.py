"""Stage register: one MLflow run for what was trained, and its bundle as a challenger."""

import json
import os
from hashlib import sha256
from typing import Any

import pandas as pd
import yaml

from models.bundle import read_bundle, write_bundle
from models.outlook_model import WindowModel
from pipeline import params, store
from pipeline.assembly import assemble, read_training
from pipeline.challenge import challenge_champion
from pipeline.outlook import read_inputs
from pipeline.params import Params
from pipeline.provenance import run_tags
from pipeline.run import log, stage
from pipeline.tracking import mlflow_store
from pipeline.tracking.address import check_reachable, tracking_uri
from pipeline.tracking.record import RunRecord



def main() -> None:
    """Build the bundle, log the run, register the model and let it challenge the champion."""
    settings = params.load()
    uri = tracking_uri(settings.tracking.uri)
    check_reachable(uri)
    inputs = read_inputs()
    name = build_bundle(settings)
    run_id = mlflow_store.log_run(_record(settings, inputs), uri, settings.tracking.experiment)
    example = _example(inputs)
    registered = registered_name(settings)
    version = mlflow_store.register(store.MODEL, example, run_id, uri, registered)
    decision = challenge_champion(version, uri, registered, settings.promotion)
    store.write_json(
        {
            "run_id": run_id,
            "registered": registered,
            "version": version,
            "model": name,
            "champion": decision.promoted,
            "reasons": {reason.gate: reason.text for reason in decision.reasons},
        },
        store.RUN,
    )
    role = "champion" if decision.promoted else "challenger"
    log.info("run %s: %s version %d is %s", run_id, registered, version, role)
    for reason in decision.reasons:
        log.info("  %s: %s", reason.gate, reason.text)


def registered_name(settings: Params) -> str:
    """Name in the registry, one a source: a simulated model never meets a real one."""
    return f"{settings.tracking.model_name}-{settings.data.source}"


def build_bundle(settings: Params) -> str:
    """Put everything that scoring needs into ``data/model``.

    Returns
    -------
    str
        The model's name: a digest of its content.
    """
    content = assemble(
        read_bundle(store.OUTLOOK_FIT),
        read_bundle(store.STATES_FIT)["filter"],
        read_training(settings),
        settings,
    )
    store.MODEL.mkdir(parents=True, exist_ok=True)
    write_bundle(content, store.MODEL)
    return str(content["name"])


def _record(settings: Params, inputs: pd.DataFrame) -> RunRecord:
    return RunRecord(
        name=os.environ.get("DVC_EXP_NAME"),
        params=yaml.safe_load(params.PARAMS.read_text(encoding="utf-8")),
        metrics=store.read_json(store.METRICS),
        features=inputs,
        features_source=str(store.FEATURES),
        artifacts=[params.PARAMS, store.METRICS, store.OUTLOOK, store.PLOTS],
        tags=run_tags(
            source=settings.data.source,
            as_of=f"{inputs.index[-1]:%Y-%m-%d}",
            simulated=settings.data.source == "simulated",
        ),
    )


if __name__ == "__main__":
    stage(main)
