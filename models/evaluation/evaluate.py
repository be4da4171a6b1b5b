"""The whole of an evaluation: every metric of every model, window by window, on the same days."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from models.evaluation.breakdown import (
    auc_within_year,
    confusion,
    named_window_rows,
    scores_by,
    year_rows,
)
from models.evaluation.comparison import Comparison, compare
from models.evaluation.conformal import (
    ConformalSettings,
    conformal_scores,
    conformal_sets,
    conformal_thresholds,
)
from models.evaluation.intervals import Resampling, permutation_p_values, skill_intervals
from models.evaluation.losses import Losses, skill
from models.evaluation.metrics import score_all
from models.evaluation.transitions import (
    detection_lag,
    switches_per_year,
    transition_days,
    whipsaws_per_year,
)
from models.scenarios import Window

Results = dict[str, dict[str, dict[str, Any]]]
"""``{window: {model: {metric: value}}}``, plain numbers, lists and mappings; None is undefined."""

NAMED_WINDOWS = {
    "2018 Q4": (date(2018, 10, 1), date(2018, 12, 31)),
    "March 2020": (date(2020, 3, 1), date(2020, 3, 31)),
    "2022": (date(2022, 1, 1), date(2022, 12, 31)),
    "5 August 2024": (date(2024, 8, 5), date(2024, 8, 5)),
    "31 January to 4 February 2026": (date(2026, 1, 31), date(2026, 2, 4)),
}
"""Signal S46: stretches that every report looks at."""


@dataclass(frozen=True)
class EvaluationSettings:
    """What is compared with what, and how sure one is.

    Attributes
    ----------
    reference
        Model whose loss skill is measured against.
    baselines
        By window, the model to beat: skill over it has its own interval. Windows without one
        have no such figure.
    resampling
        Blocks, repetitions and seed of the intervals and the permutation test.
    conformal
        Coverage of the conformal sets and how it is held.
    named_windows
        Name to first and last day, both included.
    """

    reference: str = "climatology"
    baselines: Mapping[str, str] = field(
        default_factory=lambda: {"now": "seen_half", "ahead": "vix"}
    )
    resampling: Resampling = field(default_factory=Resampling)
    conformal: ConformalSettings = field(default_factory=ConformalSettings)
    named_windows: Mapping[str, tuple[date, date]] = field(
        default_factory=lambda: dict(NAMED_WINDOWS)
    )


def evaluate(
    outlook: pd.DataFrame,
    scenarios: pd.DataFrame,
    windows: Iterable[Window],
    settings: EvaluationSettings,
    embargo: Callable[[Window], int],
) -> Results:
    """Score every model of every window.

    Parameters
    ----------
    outlook
        Out-of-sample forecasts, one row a session, window and model: ``session, window, model``
        and one column a scenario. Sessions whose outcome is not known yet are left out.
    scenarios
        One row a session and window: ``session, window, scenario, label_end``.
    windows
        Those to evaluate.
    settings
        See ``EvaluationSettings``.
    embargo
        Sessions that a window's outcomes must be older than before its conformal sets learn from
        them; the same as for the fits.

    Returns
    -------
    dict
        ``{window: {model: {metric: value}}}``; ready for JSON.

    Raises
    ------
    ValueError
        When the models of a window are not on the same days, a probability is none, or the
        reference or a baseline is missing.
    """
    return {
        window.name: _window(
            compare(
                outlook[outlook["window"] == window.name],
                scenarios[scenarios["window"] == window.name],
            ),
            window,
            settings,
            embargo(window),
        )
        for window in windows
    }


def _window(
    comparison: Comparison, window: Window, settings: EvaluationSettings, embargo: int
) -> dict[str, dict[str, Any]]:
    certainty = _certainty(comparison, window, settings)
    return {
        model: _plain(
            _scores(comparison, model)
            | _places(comparison, model, settings)
            | certainty[model]
            | {"conformal": _conformal(comparison, model, embargo, settings.conformal)}
        )
        for model in comparison.probas
    }


def _scores(comparison: Comparison, model: str) -> dict[str, Any]:
    codes, proba = comparison.codes, comparison.probas[model]
    called = proba.argmax(axis=1)
    return {
        "sessions": len(codes),
        **score_all(codes, proba),
        "auc_within_year": auc_within_year(codes, proba, comparison.sessions),
        "confusion": confusion(codes, proba),
        "detection_lag": detection_lag(codes, called),
        "switches_per_year": switches_per_year(called),
        "whipsaws_per_year": whipsaws_per_year(called),
    }


def _places(comparison: Comparison, model: str, settings: EvaluationSettings) -> dict[str, Any]:
    moved = transition_days(comparison.codes, comparison.last_known)
    years = year_rows(comparison.sessions)
    named = named_window_rows(comparison.sessions, settings.named_windows)
    reference = settings.reference
    return {
        "transition_sessions": int(moved.sum()),
        "transition_skill": skill(
            comparison.losses(model)[moved], comparison.losses(reference)[moved]
        ),
        "by_year": scores_by(comparison, model, reference, years),
        "by_named_window": scores_by(comparison, model, reference, named),
    }


def _certainty(
    comparison: Comparison, window: Window, settings: EvaluationSettings
) -> dict[str, dict[str, Any]]:
    models = list(comparison.probas)
    losses = np.column_stack([comparison.losses(model) for model in models])
    columns: dict[str, Any] = {
        "permutation_p": permutation_p_values(
            comparison.codes,
            [comparison.probas[model] for model in models],
            settings.resampling,
        )
    }
    for name, opponent in _opponents(window, settings).items():
        against = _losses_of(opponent, comparison, window)
        columns[name] = [skill(column, against) for column in losses.T]
        columns[f"{name}_interval"] = skill_intervals(losses, against, settings.resampling)
    return {
        model: {name: values[i] for name, values in columns.items()}
        for i, model in enumerate(models)
    }


def _opponents(window: Window, settings: EvaluationSettings) -> dict[str, str]:
    opponents = {"log_loss_skill": settings.reference}
    if window.name in settings.baselines:
        opponents["baseline_skill"] = settings.baselines[window.name]
    return opponents


def _losses_of(model: str, comparison: Comparison, window: Window) -> Losses:
    if model not in comparison.probas:
        raise ValueError(
            f"the outlook of window {window.name!r} has no model {model!r} to compare with; "
            f"it has {', '.join(comparison.probas)}"
        )
    return comparison.losses(model)


def _conformal(
    comparison: Comparison, model: str, embargo: int, settings: ConformalSettings
) -> dict[str, Any]:
    proba, codes = comparison.probas[model], comparison.codes
    thresholds = conformal_thresholds(
        proba, codes, comparison.label_ends, embargo=embargo, settings=settings
    )[:-1]
    calibrated = ~np.isnan(thresholds).any(axis=1)
    sets = conformal_sets(proba, thresholds)
    return conformal_scores(sets[calibrated], codes[calibrated])


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(inner) for inner in value]
    if isinstance(value, float | np.floating):
        return None if np.isnan(value) else float(value)
    return int(value)
