"""Stage register: one MLflow run for what was trained, and its bundle as a challenger.

The one stage that writes beyond its outputs: it logs to MLflow and, on a retrain, makes a model
that passes the gates champion. An experiment of DVC's registers a challenger and changes nothing
of what scores.
"""

import os
from dataclasses import replace
from typing import Any

import pandas as pd
import yaml

from models.evaluation.ceiling import models_of
from models.evaluation.headline import headline, over_champion, policy
from models.evaluation.promotion import Decision
from models.forecasting.outlook_model import WindowModel
from pipeline import params
from pipeline.base.errors import ModelError
from pipeline.base.run import log, stage
from pipeline.compute.one_thread import one_thread
from pipeline.params import Params
from pipeline.scoring.bundle import build_bundle
from pipeline.scoring.champion import champion_version, deploy, load_champion
from pipeline.storage import store
from pipeline.tracking import champion, mlflow_store
from pipeline.tracking.address import check_reachable
from pipeline.tracking.attempt import attempted
from pipeline.tracking.deploy import fetched
from pipeline.tracking.description import describe, title
from pipeline.tracking.promote import challenge_champion
from pipeline.tracking.provenance import began, run_tags
from pipeline.tracking.record import RunRecord, identity_of
from pipeline.tracking.registry import Registry
from pipeline.training.problems import read_inputs

_EXAMPLE_ROWS, _SHORT = 3, 8
_ATTEMPT = store.DATA / ".attempt"
_EXPERIMENT = ("DVC_EXP_BASELINE_REV", "DVC_EXP_NAME")
"""DVC sets these in every stage that `dvc exp run` starts; `dvc repro` sets neither."""


def main() -> None:
    """Build the bundle, log the run, register the model and let it challenge the champion."""
    settings = params.load()
    registry = Registry.of(settings)
    check_reachable(registry.uri, settings.tracking.experiment)
    inputs = read_inputs()
    retrain = not is_experiment()
    with one_thread():
        name = build_bundle(settings)
    record = _record(settings, inputs, name)
    run_id = _logged(record, registry.uri, settings.tracking.experiment)
    version = registry.register(store.MODEL, _example(inputs), run_id)
    decision = challenge_champion(
        version,
        registry,
        settings.promotion,
        settings.evaluation.resampling,
        may_promote=retrain,
    )
    if retrain:
        _let_champion_score(settings.data.source, registry)
    called = title(record.name, decision) if retrain and record.name else record.name
    words = _describe(run_id, called, decision, settings.promotion.window, registry.uri)
    if decision.first or decision.rival is not None:  # else an earlier run has described it
        registry.describe(version, words)
    reasons = {reason.gate: reason.text for reason in decision.reasons}
    store.write_json(
        {
            "run_id": run_id,
            "trials": mlflow_store.trials_of(run_id, registry.uri),
            "registered": registry.name,
            "model": name,
            "version": version,
            "champion": decision.promoted,
            "reasons": reasons,
        },
        store.RUN,
    )
    role = "champion" if decision.promoted else "challenger"
    log.info("run %s: %s version %d is %s", run_id, registry.name, version, role)
    for gate, text in reasons.items():
        log.info("  %s: %s", gate, text)


def is_experiment() -> bool:
    """Whether DVC runs this as an experiment."""
    return any(os.environ.get(name) for name in _EXPERIMENT)


def _logged(record: RunRecord, uri: str, experiment: str) -> str:
    with attempted(_ATTEMPT, uri, experiment) as tag:
        tagged = replace(record, tags={**record.tags, **tag})
        return mlflow_store.log_run(tagged, uri, experiment)


def _describe(run_id: str, name: str | None, decision: Decision, window: str, uri: str) -> str:
    """Say in words what the run is beside the champion; an experiment keeps DVC's name."""
    rival = decision.rival
    figures = over_champion(rival.difference) if rival and rival.difference.sessions else {}
    words = describe(decision, window)
    mlflow_store.add_words(run_id, words, {window: figures}, uri, name)
    return words


def _let_champion_score(source: str, registry: Registry) -> None:
    """Put the champion's bundle where scoring reads it, unless it is there."""
    holder = registry.holder(champion.CHAMPION)
    if holder is None or _scores_already(source, holder.version):
        return
    try:
        with fetched(holder.version, registry) as bundle:
            deploy(bundle, holder.version)
    except ModelError as error:
        log.warning("champion version %d cannot score any more (%s)", holder.version, error)
        return
    log.info("champion version %d scores from here on", holder.version)


def _scores_already(source: str, version: int) -> bool:
    try:
        return champion_version(source, load_champion(source).name) == version
    except ModelError:
        return False


def _example(inputs: pd.DataFrame) -> pd.DataFrame:
    """Last rows of what the windows read: the served model's signature and input example."""
    windows = [WindowModel.restored(state) for state in store.read_fit(store.OUTLOOK_FIT).values()]
    names = dict.fromkeys(name for window in windows for name in window.inputs)
    return inputs[list(names)].tail(_EXAMPLE_ROWS).astype(float)


def _record(settings: Params, inputs: pd.DataFrame, model: str) -> RunRecord:
    declared: dict[str, Any] = yaml.safe_load(params.PARAMS.read_text(encoding="utf-8"))
    results, as_of = store.read_json(store.EVALUATION), f"{inputs.index[-1]:%Y-%m-%d}"
    source = settings.data.source
    return RunRecord(
        name=os.environ.get("DVC_EXP_NAME", f"{source} {as_of} {model[:_SHORT]}"),
        params=declared,
        metrics=_figures(results, settings) | {"policy": policy(store.read_json(store.POLICIES))},
        features=inputs,
        features_source=str(store.FEATURES),
        artifacts=[
            params.PARAMS,
            store.EVALUATION,
            store.POLICIES,
            store.TIERS,
            store.LOSSES,
            store.OUTLOOK,
            store.PLOTS,
        ],
        tags=run_tags(
            source=source,
            as_of=as_of,
            simulated=settings.data.simulated,
        )
        | identity_of(model, inputs),
        children={name: headline(results, name) for name in _models(results)},
        began=began(),
    )


def _figures(results: dict[str, Any], settings: Params) -> dict[str, Any]:
    """The judged model's, the judged window first: MLflow's pages keep the order."""
    found = headline(results, settings.promotion.model)
    first = settings.promotion.window
    return {name: found[name] for name in sorted(found, key=lambda name: name != first)}


def _models(results: dict[str, Any]) -> list[str]:
    """Every model of any window, in the order in which they come."""
    return list(dict.fromkeys(name for of in results.values() for name in models_of(of)))


if __name__ == "__main__":
    stage(main)
