"""Stage register: one MLflow run for what was trained, and its bundle as a challenger."""

import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from models.outlook_model import WindowModel
from pipeline import params, store
from pipeline.assembly import build_bundle
from pipeline.challenge import challenge_champion
from pipeline.errors import ModelError
from pipeline.install import fetched, install
from pipeline.model import load_model
from pipeline.outlook import read_inputs
from pipeline.params import Params
from pipeline.provenance import run_tags
from pipeline.run import log, stage
from pipeline.tracking import champion, mlflow_store
from pipeline.tracking.address import check_reachable, tracking_uri
from pipeline.tracking.attempt import attempted
from pipeline.tracking.record import RunRecord

_EXAMPLE_ROWS = 3
_ATTEMPT = store.DATA / ".attempt"


def main() -> None:
    """Build the bundle, log the run, register the model and let it challenge the champion.

    The bundle is built aside: until it has earned it, nothing scores with it.
    """
    settings = params.load()
    uri = tracking_uri(settings.tracking.uri)
    check_reachable(uri)
    inputs = read_inputs()
    registered = registered_name(settings)
    with tempfile.TemporaryDirectory() as folder:
        bundle = Path(folder)
        name = build_bundle(settings, bundle)
        run_id = _logged(_record(settings, inputs, name), uri, settings.tracking.experiment)
        version = mlflow_store.register(bundle, _example(inputs), run_id, uri, registered)
        decision = challenge_champion(version, uri, registered, settings.promotion)
        scoring = None if decision.promoted else _champion_scores(uri, registered)
        if scoring is None:
            install(bundle)
    reasons = {reason.gate: reason.text for reason in decision.reasons}
    new = {"model": name, "version": version}
    store.write_json(
        {
            "run_id": run_id,
            "registered": registered,
            **new,
            "champion": decision.promoted,
            "scoring": scoring or new,
            "reasons": reasons,
        },
        store.RUN,
    )
    role = "champion" if decision.promoted else "challenger"
    log.info("run %s: %s version %d is %s", run_id, registered, version, role)
    for gate, text in reasons.items():
        log.info("  %s: %s", gate, text)


def _logged(record: RunRecord, uri: str, experiment: str) -> str:
    with attempted(_ATTEMPT, uri, experiment) as tag:
        tagged = replace(record, tags={**record.tags, **tag})
        return mlflow_store.log_run(tagged, uri, experiment)


def _champion_scores(uri: str, registered: str) -> dict[str, Any] | None:
    """Let the champion score, and tell its name and version; None when there is none that can."""
    holder = champion.with_alias(champion.CHAMPION, uri, registered)
    if holder is None:
        log.info("there is no champion yet, so the new model scores")
        return None
    try:
        with fetched(holder.version, uri, registered) as bundle:
            install(bundle)
    except ModelError as error:
        log.warning(
            "champion version %d cannot score any more (%s), so the new model scores in its place",
            holder.version,
            error,
        )
        return None
    log.info("champion version %d goes on scoring", holder.version)
    return {"model": load_model(store.MODEL).name, "version": holder.version}


def registered_name(settings: Params) -> str:
    """Name in the registry, one a source: a simulated model never meets a real one."""
    return f"{settings.tracking.model_name}-{settings.data.source}"


def _example(inputs: pd.DataFrame) -> pd.DataFrame:
    """Last rows of what the windows read: the served model's signature and input example."""
    windows = [WindowModel.restored(state) for state in store.read_fit(store.OUTLOOK_FIT).values()]
    names = dict.fromkeys(name for window in windows for name in window.inputs)
    return inputs[list(names)].tail(_EXAMPLE_ROWS).astype(float)


def _record(settings: Params, inputs: pd.DataFrame, model: str) -> RunRecord:
    return RunRecord(
        # Without an experiment's, the name by which every call tells its model.
        name=os.environ.get("DVC_EXP_NAME", model),
        params=yaml.safe_load(params.PARAMS.read_text(encoding="utf-8")),
        metrics=store.read_json(store.METRICS),
        features=inputs,
        features_source=str(store.FEATURES),
        artifacts=[params.PARAMS, store.METRICS, store.OUTLOOK, store.PLOTS],
        tags=run_tags(
            source=settings.data.source,
            as_of=f"{inputs.index[-1]:%Y-%m-%d}",
            simulated=settings.data.simulated,
        ),
    )


if __name__ == "__main__":
    stage(main)
