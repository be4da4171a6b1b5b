"""Conformal sets: the scenarios that cannot be ruled out, which may be all three.

The least ambiguous sets with a coverage for each scenario (Sadinle, Lei and Wasserman 2019): a
scenario is in the set when its probability reaches a threshold, set so that of the past sessions
on which that scenario happened the nominal share had reached it. One threshold for all scenarios
would cover as often on average, yet leave out most tightening-shocks: base is likelier and fills
the quota. Markets are not exchangeable, so each threshold follows its own misses (adaptive
conformal inference, Gibbs and Candes 2021).
"""

import math
from bisect import insort
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.scenarios import SCENARIOS, Codes, Proba
from models.walk_forward import Positions, old_enough

Sets = NDArray[np.bool_]
"""Shape (n, 3): which scenarios each session's set holds."""


@dataclass(frozen=True)
class ConformalSettings:
    """How the sets are calibrated.

    Attributes
    ----------
    nominal
        Share of a scenario's sessions whose set shall hold it. More makes larger sets: at 0.9
        most sets of the window ``ahead`` hold everything.
    min_resolved
        Calibration sessions before the first threshold; until then a set holds all three.
    adaptation
        Step by which a scenario's miss rate is corrected after each of its outcomes (gamma of
        Gibbs and Candes). 0 trusts that the past is like the future; large ones swing.
    """

    nominal: float = 0.8
    min_resolved: int = 252
    adaptation: float = 0.01


def conformal_thresholds(
    proba: Proba,
    codes: Codes,
    label_ends: Positions,
    *,
    embargo: int,
    settings: ConformalSettings,
) -> Proba:
    """Smallest probability that puts each scenario into each session's set.

    A session's thresholds use only forecasts made out of sample whose outcome was already known,
    by the rule that purges training rows.

    Parameters
    ----------
    proba
        Shape (n, 3): out-of-sample forecasts of consecutive sessions.
    codes
        Shape (n,): what happened; where it is not known yet any code, it is not read.
    label_ends
        Shape (n,): position among these sessions at which each label ends, increasing, from
        ``label_end_positions``.
    embargo
        Sessions strictly between a calibration label's end and the session, as in
        ``expanding_folds``.
    settings
        Coverage asked for and how it is held.

    Returns
    -------
    ndarray
        Shape (n + 1, 3). Row t belongs to session t; the last row is for the session after the
        last, to be kept with the model that scores it. NaN before there is enough to calibrate
        on.
    """
    calibration = _Calibration(settings)
    thresholds = np.full((len(proba) + 1, len(SCENARIOS)), np.nan)
    sessions = np.arange(len(thresholds))[:, np.newaxis]
    known_at = old_enough(label_ends, sessions, embargo).sum(axis=1).tolist()
    used = 0
    for session, known in enumerate(known_at):
        for row in range(used, known):
            calibration.learn(int(codes[row]), proba[row], thresholds[row])
        used = known
        if used >= settings.min_resolved:
            thresholds[session] = calibration.thresholds()
    return thresholds


def conformal_sets(proba: Proba, thresholds: Proba) -> Sets:
    """Which scenarios reach their threshold; the most probable one is always in.

    Without a threshold (NaN) nothing can be ruled out, and the set holds everything.

    Parameters
    ----------
    proba
        Shape (n, 3).
    thresholds
        Shape (n, 3), or (3,) for one set of thresholds.
    """
    sets = ~(proba < thresholds)
    sets[np.arange(len(proba)), proba.argmax(axis=1)] = True
    return sets


def conformal_scores(sets: Sets, codes: Codes) -> dict[str, Any]:
    """How often the sets hold what happened, and how much they say.

    Parameters
    ----------
    sets, codes
        Shape (n, 3) and (n,): the sets of calibrated sessions, and what happened.

    Returns
    -------
    dict
        How many ``sessions``, ``coverage`` over them, ``coverage_by_scenario``, mean ``size``,
        share of sets with a ``single`` scenario, and share that hold all: ``cannot_tell``. NaN
        without sessions.
    """
    covered, sizes = sets[np.arange(len(codes)), codes], sets.sum(axis=1)
    return {
        "sessions": len(codes),
        "coverage": _mean(covered),
        "coverage_by_scenario": {
            scenario: _mean(covered[codes == code]) for code, scenario in enumerate(SCENARIOS)
        },
        "size": _mean(sizes),
        "single": _mean(sizes == 1),
        "cannot_tell": _mean(sizes == len(SCENARIOS)),
    }


class _Calibration:
    """By scenario: the probabilities it had been given when it happened, and its miss rate."""

    def __init__(self, settings: ConformalSettings) -> None:
        self._settings = settings
        self._given: list[list[float]] = [[] for _ in SCENARIOS]
        self._miss_rate = [1.0 - settings.nominal for _ in SCENARIOS]

    def learn(self, code: int, proba: NDArray[np.float64], held_against: Proba) -> None:
        insort(self._given[code], float(proba[code]))
        if not math.isnan(held_against[code]):
            missed = float(proba[code] < held_against[code])
            target = 1.0 - self._settings.nominal
            self._miss_rate[code] += self._settings.adaptation * (target - missed)

    def thresholds(self) -> list[float]:
        return [
            _order_statistic(given, rate)
            for given, rate in zip(self._given, self._miss_rate, strict=True)
        ]


def _order_statistic(given: list[float], miss_rate: float) -> float:
    # The finite-sample rank: floor((m + 1) * miss rate) of the m values may lie below it.
    rank = math.floor((len(given) + 1) * miss_rate + 1e-9)
    if rank < 1:
        return 0.0
    return given[rank - 1] if rank <= len(given) else 1.0


def _mean(values: NDArray) -> float:
    return float(values.mean()) if len(values) else float("nan")
