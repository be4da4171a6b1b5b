"""A short simulated market, published in memory by the audited code itself."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import yaml

from features.engine.declaration import FEATURES
from features.registry import registered
from pipeline import params
from pipeline.audit.compare import Leak
from pipeline.audit.counterfactuals import Market
from pipeline.audit.cutoffs import Cut
from pipeline.audit.proof import prove
from pipeline.audit.replay import replay_features, replay_models
from pipeline.catalogue import CATALOGUE
from pipeline.params import Params
from pipeline.series.calendar import sessions
from pipeline.settings.simulated import SimulatedSettings
from pipeline.sources.simulated import SimulatedSource

LeaksAt = Callable[..., list[Leak]]

ROOT = Path(__file__).resolve().parents[3]
START, END, FIRST_TEST = "2017-01-03", "2019-03-29", "2018-10-01"


@pytest.fixture(scope="session")
def settings() -> Params:
    """The project's own settings, cut down to a short history and three cheap models."""
    document = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    document["data"] |= {"source": "simulated", "start": START, "end": END}
    document["simulated"] |= {"start": START, "end": END, "members": 20}
    document["features"]["start"] = "2017-02-01"
    document["scenarios"] |= {
        "scale_from": START,
        "min_scale_sessions": 42,
        "windows": {"now": {"back": 5, "ahead": 5}, "ahead": {"back": 0, "ahead": 10}},
    }
    document["states"]["model"] |= {
        "n_states": 2, "min_train": 126, "starts": 0, "first_starts": 1, "min_observed": 63,
    }  # fmt: skip
    document["walk_forward"] |= {"first_test": FIRST_TEST, "min_train": 100}
    document["outlook"]["inputs"]["core"] = {
        "default": ["composite_5", "vix_zscore_252"],
    }  # fmt: skip
    document["outlook"]["models"] = {
        "climatology": {}, "states": {}, "vix": {}, "logit": {"inputs": "core"},
    }  # fmt: skip
    document["outlook"]["pool"] = {"now": ["vix", "logit"], "ahead": ["vix", "logit"]}
    document["compute"]["workers"] = 1
    return params.parse(document)


@pytest.fixture(scope="session")
def market() -> Market:
    """Two and a half simulated years of every series."""
    source = SimulatedSource(SimulatedSettings(start=START, end=END, members=20))
    raw = {
        name: frame.assign(fetched_at=source.fetched_at(series))
        for name, series in CATALOGUE.items()
        if (frame := source.fetch(series)) is not None
    }
    return Market(raw, sessions(START, END))


@pytest.fixture
def few_features():
    """Only the features that the settings name; whatever a test declares is forgotten after it."""
    every = dict(registered())
    wanted = {"composite_5", "vix_zscore_252", "vix_log_gap", "log_vix", "qqq_return"}
    wanted |= {name for one in wanted for name in every[one].recipe.arguments if name in every}
    _replace(FEATURES, {name: every[name] for name in wanted})
    yield
    _replace(FEATURES, every)


@pytest.fixture
def leaks_at(market, settings) -> LeaksAt:
    """Publish with the code as it stands, exchange the future, tell what changed."""

    def leaks_at(session: str, *, deep: bool = False) -> list[Leak]:
        cut = Cut(pd.Timestamp(session), deep)
        published = replay_features(market, settings)
        if deep:
            published |= replay_models(market, published["features"], settings, [cut.session])
        replays = prove(published, market, settings, [cut])
        return [leak for found in replays for comparison in found for leak in comparison.leaks]

    return leaks_at


def _replace(kept: dict, content: dict) -> None:
    kept.clear()
    kept.update(content)
