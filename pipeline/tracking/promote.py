"""A newly registered model challenges the champion, on the same days and by the same labels."""

import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from models.evaluation.promotion import (
    Decision,
    PromotionSettings,
    Reason,
    SameDays,
    decide,
    same_days,
)
from models.evaluation.revision import revision_share
from pipeline.base.errors import DataMissingError, ModelError, SchemaError, one_line
from pipeline.base.run import log
from pipeline.scoring.model import load_model
from pipeline.storage import store
from pipeline.tracking import champion, mlflow_store
from pipeline.tracking.record import ModelVersion
from pipeline.tracking.registry import Registry


def challenge_champion(
    version: int, registry: Registry, settings: PromotionSettings, *, may_promote: bool = True
) -> Decision:
    """Put a version through the gates; it becomes champion when the decision says so.

    A champion whose run, forecasts or bundle are gone, or whose bundle this code cannot score
    with, is told, and the version judged as if there were none.

    Parameters
    ----------
    version
        Its number in the registry.
    registry
        Where its versions are.
    settings
        The gates' limits.
    may_promote
        False for an experiment, which is judged and recorded and never becomes champion by itself.
    """
    holder = registry.holder(champion.CHAMPION)
    if holder is not None and holder.version == version:
        again = Reason("again", passed=True, text=f"version {version} is champion already")
        return Decision((again,), may_promote=may_promote)
    champion.challenge(version, registry)
    scores: dict[str, Any] = store.read_json(store.METRICS)[settings.window][settings.model]
    theirs = None if holder is None else _outlook_of(holder, registry)
    against = None
    scores["revision_share"] = 0.0
    if theirs is not None:
        against, scores["revision_share"] = _compared(theirs, settings)
    lost = holder is not None and theirs is None
    absent = f"champion version {holder.version} is lost" if holder and lost else "no champion yet"
    decision = decide(scores, against, settings, absent=absent, may_promote=may_promote)
    champion.judge(version, decision, registry)
    return decision


def _compared(theirs: pd.DataFrame, settings: PromotionSettings) -> tuple[SameDays, float | None]:
    """Both skills and the share of calls revised; no session and None when none is shared."""
    ours = store.read_parquet(store.OUTLOOK)
    try:
        against = same_days(ours, theirs, store.read_labels(), settings)
        shares = revision_share(theirs, ours)
    except ValueError as error:
        log.warning("the new model cannot be compared with the champion: %s", one_line(error))
        return SameDays(0.0, 0.0, sessions=0), None
    return against, shares[settings.window][settings.model]


def _outlook_of(holder: ModelVersion, registry: Registry) -> pd.DataFrame | None:
    """The champion's forecasts out of sample; None when it is lost, which is told."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            load_model(registry.fetch_bundle(holder.version, Path(folder)))
            wanted = store.OUTLOOK.name
            path = mlflow_store.fetch_artifact(wanted, holder.run_id, Path(folder), registry.uri)
            return store.read_parquet(path)
    except (ModelError, SchemaError, DataMissingError) as error:
        log.warning(
            "champion version %d is lost, so the new model is judged as if there were none: %s",
            holder.version,
            error,
        )
        return None
