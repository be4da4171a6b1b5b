"""Every metric: one function, one signature, found by its name.

A metric takes the codes of what happened, shape (n,), and the probabilities given, shape (n, 3),
and returns one number, NaN where it is not defined. ``@metric`` registers it. A metric of a single
scenario is written once for a yes-or-no outcome, shape (n,), and its probability, shape (n,);
``@scenario_metric`` registers it for each scenario. Writing the function is all there is to
adding one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.evaluation.losses import brier_losses, log_losses, rps_losses
from models.evaluation.reliability import Truth, bin_means
from models.scenarios import SCENARIOS, Codes, Proba

MetricFunction = Callable[[Codes, Proba], float]
ScenarioMetricFunction = Callable[[Truth, NDArray[np.float64]], float]

Scores = dict[str, Any]
"""By metric: a number, or ``{scenario: number}``."""


@dataclass(frozen=True)
class Metric:
    """One registered metric; ``scenario`` is None for one over all three."""

    name: str
    scenario: str | None
    compute: MetricFunction


_REGISTRY: list[Metric] = []


def metric(compute: MetricFunction) -> MetricFunction:
    """Register a metric under its function's name."""
    _REGISTRY.append(Metric(compute.__name__, None, compute))
    return compute


def scenario_metric(compute: ScenarioMetricFunction) -> ScenarioMetricFunction:
    """Register a metric of a yes-or-no outcome, once for each scenario."""
    for code, scenario in enumerate(SCENARIOS):
        _REGISTRY.append(Metric(compute.__name__, scenario, _one_against_rest(compute, code)))
    return compute


def _one_against_rest(compute: ScenarioMetricFunction, code: int) -> MetricFunction:
    return lambda y_true, proba: compute(y_true == code, proba[:, code])


def registered_metrics() -> dict[str, Metric]:
    """Every metric by name, a scenario's own with the scenario as ending (``auc_base``)."""
    return {f"{m.name}_{m.scenario}" if m.scenario else m.name: m for m in _REGISTRY}


def score_all(y_true: Codes, proba: Proba) -> Scores:
    """Every metric of one forecast; those of a scenario as ``{name: {scenario: value}}``.

    Parameters
    ----------
    y_true
        Shape (n,): codes of what happened.
    proba
        Shape (n, 3): what had been forecast.
    """
    scores: Scores = {}
    for entry in _REGISTRY:
        value = entry.compute(y_true, proba) if len(y_true) else float("nan")
        if entry.scenario is None:
            scores[entry.name] = value
        else:
            scores.setdefault(entry.name, {})[entry.scenario] = value
    return scores


@metric
def log_loss(y_true: Codes, proba: Proba) -> float:
    """Mean of ``log_losses``, in nats."""
    return float(log_losses(y_true, proba).mean())


@metric
def brier(y_true: Codes, proba: Proba) -> float:
    """Mean of ``brier_losses``, 0 to 2."""
    return float(brier_losses(y_true, proba).mean())


@metric
def rps(y_true: Codes, proba: Proba) -> float:
    """Mean of ``rps_losses``, 0 to 2."""
    return float(rps_losses(y_true, proba).mean())


@metric
def macro_f1(y_true: Codes, proba: Proba) -> float:
    """Mean F1 of the most probable scenario, over the scenarios that occur or are called."""
    called = proba.argmax(axis=1)
    hits = np.bincount(y_true[called == y_true], minlength=len(SCENARIOS))
    entries = np.bincount(y_true, minlength=len(SCENARIOS)) + np.bincount(
        called, minlength=len(SCENARIOS)
    )
    return float((2.0 * hits[entries > 0] / entries[entries > 0]).mean())


@metric
def balanced_accuracy(y_true: Codes, proba: Proba) -> float:
    """Mean over the scenarios that occur of the share called right; a blind caller gets 1/3."""
    called = proba.argmax(axis=1)
    return float(np.mean([np.mean(called[y_true == code] == code) for code in np.unique(y_true)]))


@scenario_metric
def auc(truth: Truth, probability: NDArray[np.float64]) -> float:
    """Area under the ROC curve: how often a yes is ranked above a no, ties counting half.

    By ranks, after Mann and Whitney (1947). NaN when all outcomes are the same.
    """
    yes = int(truth.sum())
    no = len(truth) - yes
    if yes == 0 or no == 0:
        return float("nan")
    ranks = pd.Series(probability).rank().to_numpy()
    return float((ranks[truth].sum() - yes * (yes + 1) / 2) / (yes * no))


@scenario_metric
def calibration_error(truth: Truth, probability: NDArray[np.float64]) -> float:
    """Expected calibration error over bins of equal count (Naeini, Cooper and Hauskrecht 2015).

    The mean distance between forecast and frequency in the reliability table. Never zero on
    finite data: 1,600 independent sessions in ten bins give a perfect forecast about 0.025 at a
    frequency of 0.25, and sessions that share their windows more.
    """
    bins = bin_means(truth, probability)
    return float(np.average(np.abs(bins.predicted - bins.observed), weights=bins.count))


@scenario_metric
def calibration_error_debiased(truth: Truth, probability: NDArray[np.float64]) -> float:
    """Root-mean-square calibration error less what chance alone gives; 0 when that is all.

    Each bin's squared gap is lowered by the sampling variance of its frequency (Kumar, Liang and
    Ma 2019, section 4). Sessions that share their windows vary more than the formula knows, so
    some of chance remains.
    """
    bins = bin_means(truth, probability)
    chance = bins.observed * (1.0 - bins.observed) / np.maximum(bins.count - 1, 1)
    square = np.average(np.square(bins.predicted - bins.observed) - chance, weights=bins.count)
    return float(np.sqrt(max(square, 0.0)))
