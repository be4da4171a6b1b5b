import json
from datetime import date

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import log_loss, roc_auc_score

from models.evaluation.conformal import ConformalSettings, conformal_sets, conformal_thresholds
from models.evaluation.evaluate import NAMED_WINDOWS, EvaluationSettings, evaluate
from models.evaluation.intervals import Resampling
from models.scenarios import SCENARIOS, Window, label
from models.walk_forward import label_end_positions

SESSIONS = pd.bdate_range("2017-01-02", periods=900, name="session")
WEEK, AHEAD = Window("week", 0, 5), Window("ahead", 0, 10)
SETTINGS = EvaluationSettings(
    baselines={"ahead": "hint"},
    resampling=Resampling(block=42, repetitions=200, permutations=199),
    conformal=ConformalSettings(min_resolved=60),
    named_windows={
        "2018 Q4": (date(2018, 10, 1), date(2018, 12, 31)),
        "not reached": (date(2030, 1, 1), date(2030, 12, 31)),
    },
)


def length(window):
    return window.length


def softmax(logits):
    odds = np.exp(logits)
    return odds / odds.sum(axis=1, keepdims=True)


@pytest.fixture(scope="module")
def market():
    """Scenarios of two windows; forecasts that know much, a little, nothing; and a constant."""
    generator = np.random.default_rng(0)
    drift = pd.Series(generator.normal(0, 0.5, 900), index=SESSIONS).ewm(span=20).mean() * 5
    composite = drift + generator.normal(0, 0.2, 900)
    labels, forecasts = [], []
    for window in (WEEK, AHEAD):
        labels.append(label(composite, window, tightening_above=0.5, reflation_below=-0.5))
        outcome = composite.shift(-window.ahead).fillna(0.0).to_numpy()
        noise = generator.normal(0, 0.5, (2, 900))
        seen = {
            "oracle": 6 * outcome,
            "hint": 2 * (outcome + noise[0]),
            "noise": noise[1],
            "climatology": 0 * outcome,
        }
        for model, score in seen.items():
            margin = 3.0 if model == "oracle" else 1.0
            proba = softmax(np.column_stack([np.full(900, margin), score, -score]))
            table = pd.DataFrame(proba[300:], columns=list(SCENARIOS))
            forecasts.append(table.assign(session=SESSIONS[300:], window=window.name, model=model))
    return pd.concat(forecasts), pd.concat(labels)


@pytest.fixture(scope="module")
def results(market):
    return evaluate(*market, [WEEK, AHEAD], SETTINGS, length)


def test_every_model_of_every_window_has_the_same_metrics(results):
    assert set(results) == {"week", "ahead"}
    for window in results.values():
        assert set(window) == {"oracle", "hint", "noise", "climatology"}
        assert len({frozenset(scores) for scores in window.values()}) == 1
    wanted = {
        "sessions", "log_loss", "log_loss_skill", "log_loss_skill_interval", "permutation_p",
        "brier", "rps", "auc", "auc_within_year", "macro_f1", "calibration_error",
        "transition_skill",
        "detection_lag", "switches_per_year", "whipsaws_per_year", "by_year", "by_named_window",
        "confusion", "conformal",
    }  # fmt: skip
    assert wanted <= set(results["week"]["oracle"])


def test_results_are_json_without_nan(results):
    assert json.loads(json.dumps(results, allow_nan=False)) == results


def test_numbers_are_those_of_the_sessions_with_an_outcome(market, results):
    outlook, scenarios = market
    labels = scenarios[scenarios["window"] == "ahead"].set_index("session")["scenario"]
    rows = outlook[(outlook["window"] == "ahead") & (outlook["model"] == "hint")]
    rows = rows.set_index("session")[list(SCENARIOS)].loc[SESSIONS[300:-10]]
    codes = labels.loc[rows.index].map(SCENARIOS.index).to_numpy()
    found = results["ahead"]["hint"]
    assert found["sessions"] == 590
    assert found["log_loss"] == pytest.approx(log_loss(codes, rows.to_numpy()))
    assert found["auc"]["tightening_shock"] == pytest.approx(
        roc_auc_score(codes == 1, rows["tightening_shock"])
    )


def test_knowledge_is_told_from_noise(results):
    ahead = results["ahead"]
    assert ahead["oracle"]["log_loss_skill"] > ahead["hint"]["log_loss_skill"] > 0.05
    assert ahead["oracle"]["log_loss_skill_interval"][0] > 0
    assert ahead["oracle"]["permutation_p"] == pytest.approx(1 / 200)
    assert ahead["noise"]["log_loss_skill_interval"][0] < 0
    assert ahead["noise"]["permutation_p"] > 0.05
    assert ahead["oracle"]["transition_skill"] > ahead["noise"]["transition_skill"]


def test_the_reference_has_no_skill_over_itself(results):
    reference = results["week"]["climatology"]
    assert reference["log_loss_skill"] == 0.0
    assert reference["log_loss_skill_interval"] == pytest.approx([0.0, 0.0], abs=1e-12)
    assert reference["permutation_p"] == 1.0


def test_skill_over_the_baseline_where_a_window_has_one(results):
    ahead = results["ahead"]
    saved = 1 - ahead["oracle"]["log_loss"] / ahead["hint"]["log_loss"]
    assert ahead["oracle"]["baseline_skill"] == pytest.approx(saved)
    low, high = ahead["oracle"]["baseline_skill_interval"]
    assert low < saved < high
    assert "baseline_skill" not in results["week"]["oracle"]


def test_years_and_named_windows(results):
    scores = results["ahead"]["hint"]
    assert sum(year["sessions"] for year in scores["by_year"].values()) == scores["sessions"]
    assert list(scores["by_named_window"]) == ["2018 Q4"]
    assert scores["by_named_window"]["2018 Q4"]["sessions"] == 66


def test_conformal_sets_are_scored_once_calibrated(results):
    scores = results["ahead"]["hint"]["conformal"]
    # The 60th label ends on the 70th session; the embargo of ten must lie between.
    assert scores["sessions"] == 590 - (60 - 1 + 10 + 10 + 1)
    assert scores["coverage"] > 0.75


def test_a_missing_reference_or_baseline_is_named(market):
    outlook, scenarios = market
    with pytest.raises(ValueError, match="window 'week' has no model 'climatology'"):
        evaluate(outlook[outlook["model"] != "climatology"], scenarios, [WEEK], SETTINGS, length)
    with pytest.raises(ValueError, match="window 'ahead' has no model 'hint'"):
        evaluate(outlook[outlook["model"] != "hint"], scenarios, [AHEAD], SETTINGS, length)


def test_the_named_windows_of_s46_are_the_default():
    assert EvaluationSettings().named_windows == NAMED_WINDOWS
    assert NAMED_WINDOWS["2018 Q4"] == (date(2018, 10, 1), date(2018, 12, 31))


@pytest.mark.parametrize("embargo", [0, 40])
def test_sets_learn_from_outcomes_as_old_as_the_embargo_asks(market, embargo):
    outlook, scenarios = market
    found = evaluate(outlook, scenarios, [WEEK], SETTINGS, lambda _window: embargo)
    rows = outlook[(outlook["window"] == "week") & (outlook["model"] == "hint")]
    rows = rows.set_index("session")
    known = scenarios[scenarios["window"] == "week"].set_index("session").reindex(rows.index)
    known = known.dropna()
    proba = rows.loc[known.index, list(SCENARIOS)].to_numpy()
    codes = pd.Categorical(known["scenario"], categories=SCENARIOS).codes.astype(int)
    ends = label_end_positions(pd.DatetimeIndex(known.index), known["label_end"])
    thresholds = conformal_thresholds(
        proba, codes, ends, embargo=embargo, settings=SETTINGS.conformal
    )[:-1]
    calibrated = ~np.isnan(thresholds).any(axis=1)
    held = conformal_sets(proba, thresholds)[calibrated, codes[calibrated]]
    assert found["week"]["hint"]["conformal"]["sessions"] == calibrated.sum()
    assert found["week"]["hint"]["conformal"]["coverage"] == pytest.approx(held.mean())
