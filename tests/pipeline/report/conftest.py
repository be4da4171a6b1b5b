"""A small made-up run, and the page that the report makes of it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from models.scenarios import SCENARIOS
from pipeline import params
from pipeline.commands.published import PublishedInputs
from pipeline.report.charts.correlations import _ASSETS as ASSETS
from pipeline.report.daily import SHOWN_FEATURES
from pipeline.report.inputs import Inputs
from pipeline.report.rules import Rules
from pipeline.scoring import ledger
from pipeline.stages.report import write_report
from pipeline.storage import store
from tests.pipeline.calls import a_call
from tools.small_project import committed_params

SESSIONS = pd.bdate_range("2018-09-03", periods=420, name="session")
MODELS = ("climatology", "vix", "seen_half", "pool")
WINDOWS = ("now", "week", "ahead", "month")


@dataclass(frozen=True)
class Page:
    """What one run of the stage left."""

    folder: Path
    html: str
    specs: dict[str, Any]
    daily: dict[str, list[Any]]


def written_rules(settings: params.Params) -> Rules:
    """The rules that a bundle made with these parameters would hold."""
    return Rules(
        windows={window.name: window for window in settings.scenarios.window_list()},
        components=tuple(settings.scenarios.components),
        tightening_above=settings.scenarios.tightening_above,
        reflation_below=settings.scenarios.reflation_below,
        nominal=settings.evaluation.conformal.nominal,
        features=settings.features.settings,
        desk=settings.desk,
        reads={"states": settings.states.inputs},
    )


@pytest.fixture(scope="session")
def rules_of() -> Callable[[params.Params], Rules]:
    """How to write rules down."""
    return written_rules


@pytest.fixture(scope="session")
def page(once: Callable[[str, Callable[[], None]], Path]) -> Page:
    """The report of the made-up run."""

    def make() -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(PublishedInputs, "outcomes", property(known_outcomes))
            _leave_run()
            inputs = PublishedInputs()
            inputs.rules = written_rules(params.load())
            write_report(inputs)

    folder = once("report", make)
    html = (folder / store.REPORT / "index.html").read_text(encoding="utf-8")
    return Page(folder, html, _embedded(html, "specs"), _embedded(html, "daily"))


def known_outcomes(inputs: Inputs) -> pd.DataFrame:
    """What happened, by the made-up labels: this run has no data that tell it."""
    return inputs.scenarios[inputs.scenarios["window"] == "ahead"]


def _embedded(html: str, name: str) -> Any:
    start = html.index(">", html.index(f'type="application/json" id="{name}"')) + 1
    return json.loads(html[start : html.index("</script>", start)])


def _leave_run() -> None:
    settings = committed_params()
    settings["data"]["source"] = "simulated"
    params.PARAMS.write_text(yaml.safe_dump(settings), encoding="utf-8")
    random = np.random.default_rng(7)
    _leave_market(random)
    _leave_outlook(random)
    _leave_scores()
    for session, ahead in (("2019-03-04", (0.6, 0.3, 0.1)), ("2020-04-10", (0.2, 0.7, 0.1))):
        with ledger.writing() as database:
            ledger.append(database, a_call(session, ahead))
        store.write_json(a_call(session, ahead), store.CALL)


def _leave_market(random: np.random.Generator) -> None:
    walks = 100 * np.exp(0.01 * random.standard_normal((len(SESSIONS), len(ASSETS))).cumsum(axis=0))
    panel = pd.DataFrame(walks, index=SESSIONS, columns=list(ASSETS))
    store.write_parquet(panel, store.PANEL)
    values = random.standard_normal((len(SESSIONS), len(SHOWN_FEATURES)))
    features = pd.DataFrame(values, index=SESSIONS, columns=list(SHOWN_FEATURES))
    store.write_parquet(features.assign(turbulence_21=1.0), store.FEATURES)
    states = pd.DataFrame(
        {"state_0": 0.2, "state_1": 0.8, "entropy": 0.5, "age": 3}, index=SESSIONS
    )
    store.write_parquet(states.assign(label=1, word="normal"), store.STATES)


def _leave_outlook(random: np.random.Generator) -> None:
    outlook, labels = [], []
    for window in WINDOWS:
        names = random.choice(SCENARIOS, len(SESSIONS))
        labels.append(pd.DataFrame({"session": SESSIONS, "window": window, "scenario": names}))
        for model in MODELS:
            proba = random.dirichlet((6, 2, 2), len(SESSIONS))
            rows = pd.DataFrame(proba, columns=list(SCENARIOS))
            outlook.append(rows.assign(session=SESSIONS, window=window, model=model))
    scenarios = pd.concat(labels, ignore_index=True).assign(
        label_version="1", component_vix=0.1, component_dxy=0.2
    )
    called = (scenarios["session"] == "2019-03-04") & (scenarios["window"] == "ahead")
    scenarios.loc[called, "scenario"] = "tightening_shock"
    known = scenarios["session"] < "2020-01-01"
    store.write_parquet(scenarios[known], store.SCENARIOS)
    store.write_parquet(pd.concat(outlook, ignore_index=True), store.OUTLOOK)


def _leave_scores() -> None:
    by_scenario = dict.fromkeys(SCENARIOS, 0.6)
    scores = {
        "sessions": 400,
        "log_loss_skill": 0.05,
        "log_loss_skill_interval": [0.01, 0.09],
        "baseline_skill": 0.02,
        "baseline_skill_interval": [-0.01, 0.05],
        "permutation_p": 0.01,
        "auc_within_year": by_scenario,
        "calibration_error": dict.fromkeys(SCENARIOS, 0.03),
        "confusion": {name: dict.fromkeys(SCENARIOS, 10) for name in SCENARIOS},
        "transition_skill": 0.04,
        "transition_sessions": 90,
        "detection_lag": {"reflation": {"episodes": 4, "detected": 0.5, "median_sessions": 1.0}},
        "conformal": {"coverage": 0.8, "sessions": 300, "cannot_tell": 0.4},
        "switches_per_year": 4.0,
    }
    store.write_json(dict.fromkeys(WINDOWS, dict.fromkeys(MODELS, scores)), store.EVALUATION)
    board = pd.DataFrame({"model": MODELS, "skill": [0.0, 0.03, 0.02, 0.05]})
    board = board.assign(low=-0.01, high=0.1, p=0.01)
    board = board.assign(**{f"{kind}_{n}": 0.6 for kind in ("auc", "ece") for n in SCENARIOS})
    boards = [board.assign(window=window) for window in ("ahead", "now")]
    store.write_csv(pd.concat(boards), store.PLOTS / "leaderboard.csv")
    years = pd.DataFrame({"model": ["pool", "vix"] * 2, "year": [2019, 2019, 2020, 2020]})
    years = years.assign(window="ahead", skill=[0.1, 0.05, -0.02, 0.01])
    store.write_csv(years, store.PLOTS / "by_year.csv")
    bins = pd.DataFrame({"scenario": SCENARIOS, "bin": 0, "predicted": 0.3, "observed": 0.4})
    store.write_csv(bins.assign(count=100, window="ahead"), store.PLOTS / "reliability.csv")
    reasons = {"skill": "skill +0.05, no champion yet"}
    run = {"run_id": "r1", "registered": "undertow-simulated", "version": 1, "model": "abc123"}
    store.write_json(run | {"champion": True, "reasons": reasons}, store.RUN)
