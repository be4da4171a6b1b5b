"""Scores of the conformal sets, made again: each threshold from outcomes known by then alone."""

from bisect import insort

import numpy as np
from numpy.typing import NDArray

from models.evaluation.conformal import ConformalSettings
from models.scenarios import SCENARIOS

Array = NDArray[np.float64]


def set_figures(
    proba: Array,
    truth: NDArray[np.int64],
    ends: NDArray[np.int64],
    embargo: int,
    settings: ConformalSettings,
) -> dict[str, float]:
    """Figures of the sets, keyed ``conformal.figure``.

    Parameters
    ----------
    proba, truth
        Shapes (n, 3) and (n,): forecasts, and what happened.
    ends
        Shape (n,): place of each label's end; increasing.
    embargo
        Sessions between it and whoever learns from it.
    settings
        Coverage asked for and how it is held.
    """
    limits = _limits(proba, truth, ends + embargo, settings)
    told = ~np.isnan(limits[:, 0])
    sets = proba[told] >= limits[told]
    sets |= np.arange(len(SCENARIOS)) == proba[told].argmax(axis=1)[:, None]
    hits, sizes = sets[np.arange(len(sets)), truth[told]], sets.sum(axis=1)
    means = {
        "coverage": hits,
        **{
            f"coverage_by_scenario.{name}": hits[truth[told] == k]
            for k, name in enumerate(SCENARIOS)
        },
        "size": sizes,
        "single": sizes == 1,
        "cannot_tell": sizes == len(SCENARIOS),
    }
    figures = {name: float(each.mean()) if len(each) else np.nan for name, each in means.items()}
    return {
        f"conformal.{name}": value for name, value in {"sessions": told.sum(), **figures}.items()
    }


def _limits(
    proba: Array,
    truth: NDArray[np.int64],
    known_after: NDArray[np.int64],
    settings: ConformalSettings,
) -> Array:
    asked = 1 - settings.nominal
    past: list[list[float]] = [[] for _ in SCENARIOS]
    rates, limits, learned = [asked] * len(SCENARIOS), np.full(proba.shape, np.nan), 0
    for session in range(len(proba)):
        while known_after[learned] < session:
            code = truth[learned]
            given, limit = proba[learned, code], limits[learned, code]
            rates[code] += 0 if np.isnan(limit) else settings.adaptation * (asked - (given < limit))
            insort(past[code], given)
            learned += 1
        if learned >= settings.min_resolved:
            limits[session] = [_limit(each, rate) for each, rate in zip(past, rates, strict=True)]
    return limits


def _limit(past: list[float], rate: float) -> float:
    below = int(np.floor((len(past) + 1) * rate + 1e-9))
    if below < 1:
        return 0.0
    return past[below - 1] if below <= len(past) else 1.0
