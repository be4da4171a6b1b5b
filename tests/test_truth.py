"""Where the truth is known: the simulated market's regimes are found, and noise is left alone."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency

from features.registry import compute
from models.evaluation.evaluate import evaluate
from models.evaluation.tail_table import compare_tails
from models.risk.walk_forward import LEVELS, forecast_tails
from models.scenarios import SCENARIOS
from models.states.inputs import as_inputs
from models.states.schedule import walk_forward as publish_states
from pipeline import params
from pipeline.aligning.clock import Clock
from pipeline.aligning.panel import build_observed, build_panel
from pipeline.catalogue import CATALOGUE
from pipeline.params import Params
from pipeline.scoring.book.risk import history_of
from pipeline.series.calendar import sessions
from pipeline.settings.simulated import SimulatedSettings
from pipeline.sources.simulated import SimulatedSource
from pipeline.training.labels import label_sessions
from pipeline.training.problems import make_problems, walk_forward
from tools.small_project import committed_params

pytestmark = pytest.mark.slow

BASELINES = ("climatology", "persistence", "rules", "random_regime", "vix", "states", "jump")


def settings(start: str = "2005-01-03", asked: tuple[str, ...] = ("now", "ahead")) -> Params:
    """The committed parameters with a refit a year, for the windows that people ask about."""
    document: dict[str, Any] = committed_params()
    document["data"]["start"] = "2003-01-02"
    document["features"]["start"] = start
    document["states"]["model"] |= {"starts": 1, "first_starts": 3, "refit_every": 252}
    document["walk_forward"] |= {"first_test": "2014-01-02", "refit_every": 252, "min_train": 252}
    document["outlook"]["models"]["component_drift"]["min_rows"] = 252
    windows = document["scenarios"]["windows"]
    document["scenarios"]["windows"] = {name: windows[name] for name in asked}
    core = document["outlook"]["inputs"]["core"]
    document["outlook"]["inputs"]["core"] = {
        name: core[name] for name in core if name in (*asked, "default")
    }
    document["compute"]["workers"] = 1
    return params.parse(document)


class Market:
    """One simulated market: its features, labels and hidden regimes."""

    def __init__(self, signal: float, seed: int) -> None:
        chosen = settings()
        source = SimulatedSource(
            SimulatedSettings(end="2021-12-31", members=20, signal=signal, seed=seed)
        )
        fetched = {name: source.fetch(series) for name, series in CATALOGUE.items()}
        raw = {
            name: frame.assign(fetched_at=pd.Timestamp(0, tz="UTC"))
            for name, frame in fetched.items()
            if frame is not None
        }
        clock = Clock(sessions(chosen.data.start, "2021-12-31"))
        self.panel = build_panel(raw, clock)
        self.features = compute(self.panel, chosen.feature_settings)
        self.labels = label_sessions(build_observed(raw, clock), chosen.scenarios)
        self.regime = source.truth().set_index("session")["regime"]

    def states(self, chosen: Params) -> pd.DataFrame:
        """Filtered posteriors of every session from ``features.start`` on."""
        kept = self.features.loc[chosen.features.start :, list(chosen.states.inputs)]
        return publish_states(kept, chosen.states.model).posteriors

    def outlook(self, chosen: Params, states: pd.DataFrame) -> pd.DataFrame:
        """Out-of-sample forecasts of every model from ``features.start`` on."""
        kept = self.features.loc[chosen.features.start :]
        inputs = kept.join(as_inputs(states))
        return walk_forward(list(make_problems(chosen, inputs, self.labels)), chosen)

    def scores(self, chosen: Params, outlook: pd.DataFrame | None = None) -> dict[str, Any]:
        """Every metric, as the stage evaluate makes them."""
        if outlook is None:
            outlook = self.outlook(chosen, self.states(chosen))
        windows = chosen.scenarios.window_list()
        return evaluate(
            outlook, self.labels, windows, chosen.evaluation, chosen.walk_forward.embargo
        )


@pytest.fixture(scope="module")
def market() -> Market:
    """The market whose truth is to be found."""
    return Market(1.0, 7)


@pytest.fixture(scope="module")
def states(market: Market) -> pd.DataFrame:
    return market.states(settings())


@pytest.fixture(scope="module")
def outlook(market: Market, states: pd.DataFrame) -> pd.DataFrame:
    return market.outlook(settings(), states)


@pytest.fixture(scope="module")
def scores(market: Market, outlook: pd.DataFrame) -> dict[str, Any]:
    return market.scores(settings(), outlook)


@pytest.mark.parametrize("window", ["now", "ahead"])
def test_the_pool_finds_more_than_any_baseline(scores: dict[str, Any], window: str) -> None:
    pool = scores[window]["pool"]
    assert pool["log_loss_skill_interval"][0] > 0
    assert pool["permutation_p"] < 0.01
    for baseline in BASELINES:
        assert pool["log_loss_skill"] > scores[window][baseline]["log_loss_skill"], baseline


def test_the_scenario_in_progress_is_the_hidden_regime_far_above_chance(
    market: Market, outlook: pd.DataFrame
) -> None:
    asked = outlook[(outlook["window"] == "now") & (outlook["model"] == "pool")]
    regime = market.regime.reindex(asked["session"]).to_numpy()
    called = np.asarray(SCENARIOS)[asked[list(SCENARIOS)].to_numpy().argmax(axis=1)]
    table = pd.crosstab(regime, called)
    by_chance = (table.sum(axis=1) * table.sum(axis=0).reindex(table.index, fill_value=0)).sum()
    assert (regime == called).mean() > by_chance / table.to_numpy().sum() ** 2 + 0.1


def test_the_states_follow_the_hidden_regime(market: Market, states: pd.DataFrame) -> None:
    """Cramér's V between the likeliest state and the regime, against shuffled blocks of it."""
    regime = market.regime.reindex(states.index).to_numpy()
    label = states["label"].to_numpy()
    rotated = [np.roll(regime, shift) for shift in range(252, len(regime) - 252, 101)]
    assert association(label, regime) > max(association(label, other) for other in rotated)


@pytest.mark.parametrize("holding", ["spy", "qqq"])
def test_the_outlook_knows_more_of_a_book_than_volatility_alone(
    market: Market, outlook: pd.DataFrame, holding: str
) -> None:
    """The mixture against the same distribution without the outlook, on every session forecast."""
    ahead = outlook[(outlook["window"] == "ahead") & (outlook["model"] == "pool")]
    labels = market.labels[market.labels["window"] == "ahead"]
    tables = forecast_tails(
        ["mixture", "har_vix", "historical"],
        history_of({holding: 1.0}, market.panel),
        labels.set_index("session"),
        ahead.set_index("session"),
        horizon=10,
        level=0.05,
        min_train=252,
    )
    resampling = settings().evaluation.resampling
    scores = compare_tails(
        tables, "mixture", levels=LEVELS, level=0.05, horizon=10, settings=resampling
    )
    for other in ("har_vix", "historical"):
        assert scores[other]["over_chosen"] > 0, other
        assert scores[other]["pinball"] > scores["mixture"]["pinball"], other
    assert scores["historical"]["over_chosen_interval"][0] > 0


def association(left: np.ndarray, right: np.ndarray) -> float:
    table = pd.crosstab(left, right).to_numpy()
    smaller = min(table.shape) - 1
    return float(np.sqrt(chi2_contingency(table).statistic / table.sum() / smaller))


def test_more_history_makes_better_forecasts(market: Market, scores: dict[str, Any]) -> None:
    short = market.scores(settings(start="2012-06-01"))
    for window in ("now", "ahead"):
        assert scores[window]["pool"]["log_loss"] < short[window]["pool"]["log_loss"]


def test_nothing_is_found_in_noise() -> None:
    """Half of `now` is seen, so only `ahead` has nothing to find."""
    ahead = Market(0.0, 11).scores(settings(asked=("ahead",)))["ahead"]
    for model in ("pool", "states", "lightgbm"):
        low, high = ahead[model]["log_loss_skill_interval"]
        assert low <= 0.0, (model, low, high)
    assert ahead["pool"]["permutation_p"] > 0.01
