"""The pipeline run again in memory: from raw rows to what each stage would have published.

Every stage becomes a frame by session whose columns are named as in the files, those of several
windows and models as ``window.model.column``.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from features.maths.composite import series_of
from features.registry import compute
from models.forecasting.problem import Problem
from models.states.schedule import walk_forward
from models.walk_forward import Fold
from pipeline.aligning.clock import Clock
from pipeline.aligning.panel import build_observed, build_panel
from pipeline.audit.counterfactuals import Market
from pipeline.audit.publication import last_public_date
from pipeline.catalogue import CATALOGUE
from pipeline.params import Params
from pipeline.storage import store
from pipeline.training.labels import label_sessions
from pipeline.training.problems import make_problems

Stages = dict[str, pd.DataFrame]
"""By stage, what it publishes: one row a session."""

DEEP = ("scenarios", "states", "outlook")
"""Stages that are recomputed at some of the cuts only, because they fit."""


def read_published() -> Stages:
    """Read what the stages left under ``data/``."""
    return {
        "panel": store.read_sessions(store.PANEL),
        "features": store.read_sessions(store.FEATURES),
        "states": store.read_sessions(store.STATES),
        "scenarios": by_session(store.read_labels(), ["window"]),
        "outlook": by_session(store.read_parquet(store.OUTLOOK), ["window", "model"]),
    }


def replay_features(market: Market, settings: Params) -> Stages:
    """Run align and features."""
    panel = build_panel(market.raw, Clock(market.sessions))
    values = compute(panel, settings.feature_settings)
    return {"panel": panel, "features": values.loc[settings.features.start :]}


def replay_models(
    market: Market, features: pd.DataFrame, settings: Params, asked: Sequence[pd.Timestamp]
) -> Stages:
    """Run scenarios and states, and refit the outlook's folds that forecast the sessions asked."""
    observed = build_observed(market.raw, Clock(market.sessions))
    labels = label_sessions(observed, settings.scenarios)
    labels = labels[labels["session"] >= settings.features.start]
    states = walk_forward(features[list(settings.states.inputs)], settings.states.model).posteriors
    inputs = features.join(states.filter(regex=r"^state_\d+$"))
    outlook = [
        problem.forecast(fold)
        for problem in make_problems(settings, inputs, labels)
        for fold in _folds_of(problem, asked)
    ]
    return {
        "scenarios": by_session(labels, ["window"]),
        "states": states,
        "outlook": by_session(pd.concat(outlook, ignore_index=True), ["window", "model"]),
    }


def by_session(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """One row a session, one column for each of the keys' values and each other column."""
    wide = frame.pivot(index="session", columns=keys)
    wide.columns = pd.Index([".".join([*names[1:], names[0]]) for names in wide.columns])
    return wide


def known_labels(
    scenarios: pd.DataFrame, market: Market, position: int, settings: Params
) -> pd.DataFrame:
    """Only the labels whose every component was public at the session at ``position``.

    Labels go by the date observed, so the last ones rest on values not yet published; a
    fold's embargo keeps clear of them.
    """
    components = [CATALOGUE[name] for name in series_of(settings.scenarios.components)]
    last = min(last_public_date(component, market.sessions, position) for component in components)
    known = {
        name: scenarios[name].where(scenarios[f"{name.partition('.')[0]}.label_end"] <= last)
        for name in scenarios.columns
    }
    return pd.DataFrame(known)


def _folds_of(problem: Problem, asked: Sequence[pd.Timestamp]) -> list[Fold]:
    positions = problem.features.index.get_indexer(pd.Index(asked))
    return [fold for fold in problem.folds if np.isin(positions, fold.test).any()]
