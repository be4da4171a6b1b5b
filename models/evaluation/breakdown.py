"""Where a score comes from: by year, by named window, inside single years, by scenario called."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.evaluation.comparison import Comparison
from models.evaluation.losses import skill
from models.evaluation.metrics import auc
from models.scenarios import SCENARIOS, Codes, Proba

Rows = NDArray[np.bool_]

LEAST_IN_YEAR = 10
"""Sessions with and without a scenario that a year needs before its AUC counts in the mean."""


def year_rows(sessions: pd.DatetimeIndex) -> dict[str, Rows]:
    """Which sessions lie in each calendar year, by year written out; each of shape (n,)."""
    return {str(year): np.asarray(sessions.year == year) for year in sessions.year.unique()}


def named_window_rows(
    sessions: pd.DatetimeIndex, named_windows: Mapping[str, tuple[date, date]]
) -> dict[str, Rows]:
    """Which sessions lie in each named window, both ends included; without any it is left out."""
    spans = {
        name: np.asarray((sessions >= pd.Timestamp(first)) & (sessions <= pd.Timestamp(last)))
        for name, (first, last) in named_windows.items()
    }
    return {name: rows for name, rows in spans.items() if rows.any()}


def scores_by(
    comparison: Comparison, model: str, reference: str, spans: Mapping[str, Rows]
) -> dict[str, dict[str, Any]]:
    """Skill and AUC of one model on each span alone.

    Parameters
    ----------
    comparison
        Forecasts and outcomes.
    model, reference
        Whose skill, and over whom.
    spans
        From ``year_rows`` or ``named_window_rows``.

    Returns
    -------
    dict
        By span: ``sessions``, ``log_loss``, ``log_loss_skill`` and ``auc`` by scenario.
    """
    losses, against = comparison.losses(model), comparison.losses(reference)
    proba = comparison.probas[model]
    return {
        name: {
            "sessions": int(rows.sum()),
            "log_loss": float(losses[rows].mean()),
            "log_loss_skill": skill(losses[rows], against[rows]),
            "auc": {
                scenario: auc(comparison.codes[rows] == code, proba[rows, code])
                for code, scenario in enumerate(SCENARIOS)
            },
        }
        for name, rows in spans.items()
    }


def auc_within_year(y_true: Codes, proba: Proba, sessions: pd.DatetimeIndex) -> dict[str, float]:
    """Mean over calendar years of each scenario's AUC inside the year.

    The AUC of a long span also rewards knowing which years had more of a scenario; inside one
    year only the timing is left. Climatology itself falls below one half: it learns of a scenario
    as the scenario passes, and gives it more once it is gone. Years with fewer than
    ``LEAST_IN_YEAR`` sessions with or without the scenario are left out; NaN when none remains.

    Parameters
    ----------
    y_true, proba, sessions
        Shapes (n,), (n, 3) and (n,).
    """
    years = year_rows(sessions).values()
    return {
        scenario: _mean_auc(y_true == code, proba[:, code], list(years))
        for code, scenario in enumerate(SCENARIOS)
    }


def _mean_auc(truth: Rows, probability: NDArray[np.float64], years: list[Rows]) -> float:
    areas = [
        auc(truth[rows], probability[rows])
        for rows in years
        if min(truth[rows].sum(), (~truth[rows]).sum()) >= LEAST_IN_YEAR
    ]
    return float(np.mean(areas)) if areas else float("nan")


def confusion(y_true: Codes, proba: Proba) -> dict[str, dict[str, int]]:
    """Sessions by what happened and, within, by the most probable scenario."""
    pairs = y_true * len(SCENARIOS) + proba.argmax(axis=1)
    counts = np.bincount(pairs, minlength=len(SCENARIOS) ** 2).reshape(len(SCENARIOS), -1)
    return {
        scenario: dict(zip(SCENARIOS, row.tolist(), strict=True))
        for scenario, row in zip(SCENARIOS, counts, strict=True)
    }
