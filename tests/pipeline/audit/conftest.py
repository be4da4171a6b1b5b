"""A short simulated market, published in memory by the audited code itself."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import pandas as pd
import pytest

from features.engine.declaration import FEATURES
from features.registry import registered
from models.forecasting.problem import OUTLOOK_COLUMNS
from models.states.schedule import walk_forward
from pipeline import params
from pipeline.audit import steps
from pipeline.audit.compare import Comparison, Leak
from pipeline.audit.counterfactuals import FUTURES, Market
from pipeline.audit.published import Published
from pipeline.audit.replays import market_cuts
from pipeline.catalogue import CATALOGUE
from pipeline.params import Params
from pipeline.series.calendar import sessions
from pipeline.settings.simulated import SimulatedSettings
from pipeline.sources.simulated import SimulatedSource
from pipeline.training.problems import make_problems
from pipeline.training.problems import walk_forward as forecast
from tools.small_project import committed_params

START, END, FIRST_TEST = "2017-01-03", "2019-01-31", "2018-10-01"


@pytest.fixture(scope="session")
def settings() -> Params:
    """The project's own settings, cut down to a short history and three cheap models."""
    document = committed_params()
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
        "climatology": {}, "states": {}, "seen_half": {}, "vix": {}, "logit": {"inputs": "core"},
    }  # fmt: skip
    document["outlook"]["pool"] = {"now": ["vix", "logit"], "ahead": ["vix", "logit"]}
    # Blocks and a first set that fit into four months: else no interval and no set is compared.
    document["evaluation"]["resampling"] |= {"block": 15, "repetitions": 20, "permutations": 20}
    document["evaluation"]["conformal"]["min_resolved"] = 30
    document["compute"]["workers"] = 1
    return params.parse(document)


@pytest.fixture(scope="session")
def market() -> Market:
    """Two simulated years of every series."""
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
    # The volatility that back-tests target.
    wanted |= {"spy_realised_21"}
    wanted |= {name for one in wanted for name in every[one].recipe.arguments if name in every}
    _replace(FEATURES, {name: every[name] for name in wanted})
    yield
    _replace(FEATURES, every)


class Inline:
    """A replay in this process: what a test plants by a patch acts in it too."""

    refused = ()

    def __init__(self, settings: Params) -> None:
        self.held = steps.Held(settings)

    def __enter__(self):
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def ask(self, step: str, frames: dict, now: pd.Timestamp, **asked: object) -> dict:
        # Frames go as they would by file: whoever kept a longer one could not reach it.
        return self.held.step(step, {name: each.copy() for name, each in frames.items()}, asked)


@pytest.fixture
def inline(settings) -> Inline:
    return Inline(settings)


@pytest.fixture
def tables(market, settings) -> Callable[[], Published]:
    """Make panel, features and labels, by the code as it stands, from all rows; fit nothing."""

    def tables() -> Published:
        raw = {f"{steps.RAW}{name}": rows for name, rows in market.raw.items()}
        whole = raw | {"sessions": pd.DataFrame(index=market.sessions)}
        made = Inline(settings).ask("market", whole, market.sessions[-1])
        return Published(
            settings, market, made["panel"], made["observed"], made["features"], pd.DataFrame(),
            made["scenarios"], pd.DataFrame(columns=OUTLOOK_COLUMNS),
        )  # fmt: skip

    return tables


@pytest.fixture
def publish(tables, settings) -> Callable[[], Published]:
    """Make everything: the tables, the states and the outlook."""

    def publish() -> Published:
        made = tables()
        observations = made.features[list(settings.states.inputs)]
        states = walk_forward(observations, settings.states.model).posteriors
        published = replace(made, states=states)
        problems = list(make_problems(settings, published.inputs, published.labels))
        return replace(published, outlook=forecast(problems, settings))

    return publish


@pytest.fixture(scope="session")
def kept() -> list[Published]:
    """What `published` made."""
    return []


@pytest.fixture
def published(few_features, publish, kept) -> Published:
    """What the unchanged code makes of few features, once a session: nobody writes into it."""
    if not kept:
        kept.append(publish())
    return kept[0]


def leaks_in(comparisons: Iterable[Comparison]) -> list[Leak]:
    return [leak for each in comparisons for leak in each.leaks]


def cut_at(
    published: Published, inline: Inline, session: str, futures: Iterable[str] = FUTURES
) -> list[Leak]:
    """Leaks that other futures after a session give away."""
    cuts = [pd.Timestamp(session)]
    return [
        leak for how in futures for leak in leaks_in(market_cuts(published, cuts, how, inline.ask))
    ]


def _replace(kept: dict, content: dict) -> None:
    kept.clear()
    kept.update(content)
