"""A newly registered model challenges the champion, on the same days and by the same ruler."""

import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from models.promotion import Decision, PromotionSettings, decide, same_days
from models.revision import revision_share
from pipeline import store
from pipeline.tracking import champion, mlflow_store
from pipeline.tracking.record import ModelVersion


def challenge_champion(
    version: int, uri: str, name: str, settings: PromotionSettings, *, may_promote: bool = True
) -> Decision:
    """Put a version through the gates; it becomes champion when it passes them all.

    Parameters
    ----------
    version
        Its number in the registry.
    uri, name
        Address, and name of the registered model.
    settings
        The gates' limits.
    """
    holder = champion.with_alias(champion.CHAMPION, uri, name)
    champion.challenge(version, uri, name)
    ours = store.read_parquet(store.OUTLOOK)
    scores: dict[str, Any] = store.read_json(store.METRICS)[settings.window][settings.model]
    theirs = None if holder is None else _outlook_of(holder, uri)
    against = None
    scores["revision_share"] = 0.0
    if theirs is not None:
        against = same_days(ours, theirs, store.read_parquet(store.SCENARIOS), settings)
        shares = revision_share(theirs, ours)
        scores["revision_share"] = shares[settings.window][settings.model]
    decision = decide(scores, against, settings)
    champion.judge(version, decision, uri, name)
    return decision


def _outlook_of(version: ModelVersion, uri: str) -> pd.DataFrame:
    with tempfile.TemporaryDirectory() as folder:
        path = mlflow_store.fetch_artifact(store.OUTLOOK.name, version.run_id, Path(folder), uri)
        return store.read_parquet(path)
