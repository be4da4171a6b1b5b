"""A newly registered model challenges the champion, on the same days and by the same labels."""

import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from models.evaluation.intervals import Resampling
from models.evaluation.paired import Difference
from models.evaluation.promotion import (
    Decision,
    PromotionSettings,
    Reason,
    Rival,
    against_champion,
    decide,
)
from models.evaluation.revision import revision_share
from pipeline.base.errors import DataMissingError, ModelError, SchemaError, one_line
from pipeline.base.run import log
from pipeline.params import PARAMS
from pipeline.scoring.model import load_model
from pipeline.storage import store
from pipeline.storage.yaml_file import read_yaml
from pipeline.tracking import champion, mlflow_store
from pipeline.tracking.choices import TRAINING, changed_choices, in_words
from pipeline.tracking.kept import kept_params
from pipeline.tracking.record import ModelVersion
from pipeline.tracking.registry import Registry


def challenge_champion(
    version: int,
    registry: Registry,
    settings: PromotionSettings,
    resampling: Resampling,
    *,
    may_promote: bool = True,
) -> Decision:
    """Put a version through the gates; it becomes champion when the decision says so.

    A champion whose run, forecasts, settings or bundle are gone, or whose bundle this code cannot
    score with, is told, and the version judged as if there were none.

    Parameters
    ----------
    resampling
        Of the interval of the difference to the champion.
    may_promote
        False for an experiment, which is judged and recorded and never becomes champion by itself.
    """
    holder = registry.holder(champion.CHAMPION)
    if holder is not None and holder.version == version:
        again = Reason("again", passed=True, text=f"version {version} is champion already")
        return Decision((again,), may_promote=may_promote)
    champion.challenge(version, registry)
    scores: dict[str, Any] = store.read_json(store.EVALUATION)[settings.window][settings.model]
    theirs = None if holder is None else _kept_by(holder, registry)
    against = None
    scores["revision_share"] = 0.0
    if theirs is not None:
        outlook, chosen = theirs
        difference, scores["revision_share"] = _compared(outlook, settings, resampling)
        changes = changed_choices(read_yaml(PARAMS), chosen, TRAINING)
        against = Rival(difference, [in_words(name, each) for name, each in changes.items()])
    lost = holder is not None and theirs is None
    absent = f"champion version {holder.version} is lost" if holder and lost else "no champion yet"
    decision = decide(scores, against, settings, absent=absent, may_promote=may_promote)
    champion.judge(version, decision, registry)
    return decision


def _compared(
    theirs: pd.DataFrame, settings: PromotionSettings, resampling: Resampling
) -> tuple[Difference, float | None]:
    """The difference and the share of calls revised; no session and None when none is shared."""
    ours = store.read_parquet(store.OUTLOOK)
    try:
        against = against_champion(ours, theirs, store.read_labels(), settings, resampling)
        shares = revision_share(theirs, ours)
    except ValueError as error:
        log.warning("the new model cannot be compared with the champion: %s", one_line(error))
        return Difference(0, *[float("nan")] * 6), None
    return against, shares[settings.window][settings.model]


def _kept_by(
    holder: ModelVersion, registry: Registry
) -> tuple[pd.DataFrame, dict[str, Any]] | None:
    """The champion's forecasts out of sample and its settings; None when it is lost, told."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            load_model(registry.fetch_bundle(holder.version, Path(folder)))
            wanted = store.OUTLOOK.name
            path = mlflow_store.fetch_artifact(wanted, holder.run_id, Path(folder), registry.uri)
            return store.read_parquet(path), kept_params(holder.run_id, registry.uri)
    except (ModelError, SchemaError, DataMissingError) as error:
        log.warning(
            "champion version %d is lost, so the new model is judged as if there were none: %s",
            holder.version,
            error,
        )
        return None
