"""Scores made again from the published files alone, by no line of the code that made them.

What is a score and not a forecast cannot look ahead by itself, but it can be of other rows, or be
edited. So the figures that people read are made a second time, from the formulas in their books.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.evaluation.evaluate import EvaluationSettings
from models.scenarios import SCENARIOS
from pipeline.audit.rescore_called import called_figures
from pipeline.audit.rescore_draws import drawn_p_values, drawn_skills
from pipeline.audit.rescore_sets import set_figures

Array = NDArray[np.float64]
Scores = dict[str, float]

TINY = np.finfo(float).eps
_BINS = 10
_LEAST = 10
"""Sessions with and without a scenario that a year needs before its AUC counts."""
_RISING = ("reflation", "base", "tightening_shock")


@dataclass(frozen=True, eq=False)
class _Window:
    """What happened in a window, on the sessions that were forecast: each of shape (n,).

    ``before`` is the scenario that was known last, empty where none was; ``ends`` the place among
    the sessions at which the label ends.
    """

    sessions: pd.DatetimeIndex
    truth: NDArray[np.int64]
    before: NDArray[np.object_]
    ends: NDArray[np.int64]


def scores(
    outlook: pd.DataFrame,
    labels: pd.DataFrame,
    settings: EvaluationSettings,
    embargo: Mapping[str, int],
) -> Scores:
    """Figures of ``data/evaluation.json``, keyed ``window.model.figure``.

    Parameters
    ----------
    outlook, labels
        Rows of ``data/outlook.parquet`` and ``data/scenarios.parquet``.
    settings
        What is compared with what, and how it is resampled.
    embargo
        By window: sessions between a label's end and what may learn from it.
    """
    made: Scores = {}
    for window, rows in outlook.groupby("window"):
        mine = labels[labels["window"] == window].sort_values("session")
        happened = _happened(rows["session"], mine)
        known = rows[rows["session"].isin(happened.sessions)].sort_values("session")
        probas = {
            str(model): part[list(SCENARIOS)].to_numpy() for model, part in known.groupby("model")
        }
        for model, proba in probas.items():
            against = probas[settings.reference]
            figures = dict(_figures(happened, proba, against, settings))
            figures |= set_figures(
                proba, happened.truth, happened.ends, embargo[str(window)], settings.conformal
            )
            made |= {f"{window}.{model}.{name}": value for name, value in figures.items()}
        made |= _drawn(str(window), happened.truth, probas, settings)
    return made


def log_losses(proba: Array, truth: NDArray[np.int64]) -> Array:
    """Minus the logarithm of what was given to what happened."""
    return -np.log(np.maximum(np.take_along_axis(proba, truth[:, None], axis=1)[:, 0], TINY))


def reliability(proba: Array, yes: NDArray[np.bool_]) -> pd.DataFrame:
    """Bins of about equal count: ``predicted``, ``observed`` and ``count``."""
    edges = np.quantile(proba, np.arange(1, _BINS) / _BINS)
    rows = pd.DataFrame({"predicted": proba, "observed": yes.astype(float)})
    bins = rows.groupby(np.digitize(proba, edges, right=True))
    return bins.mean().assign(count=bins.size()).reset_index(drop=True)


def _happened(asked: pd.Series, labels: pd.DataFrame) -> _Window:
    sessions = pd.DatetimeIndex(np.intersect1d(asked.unique(), labels["session"]))
    mine = labels.set_index("session").loc[sessions]
    ended = labels[["label_end", "scenario"]].rename(columns={"label_end": "session"})
    # Known is what ended before the session, the last of those that ended then.
    before = pd.merge_asof(
        pd.DataFrame({"session": sessions}), ended, on="session", allow_exact_matches=False
    )
    ends = sessions.searchsorted(mine["label_end"]).astype(np.int64)
    truth = pd.Index(SCENARIOS).get_indexer(pd.Index(mine["scenario"])).astype(np.int64)
    return _Window(sessions, truth, before["scenario"].fillna("").to_numpy(object), ends)


def _figures(
    happened: _Window, proba: Array, against: Array, settings: EvaluationSettings
) -> Iterator[tuple[str, float]]:
    truth, sessions = happened.truth, happened.sessions
    losses, reference = log_losses(proba, truth), log_losses(against, truth)
    hits = np.eye(len(SCENARIOS))[truth]
    order = [SCENARIOS.index(name) for name in _RISING]
    steps = np.cumsum((proba - hits)[:, order], axis=1)[:, :2]
    yield "brier", ((proba - hits) ** 2).sum(axis=1).mean()
    yield "rps", (steps**2).sum(axis=1).mean()
    yield from _on(np.ones(len(truth), dtype=bool), proba, truth, losses, reference)
    yield from called_figures(proba.argmax(axis=1), truth)
    moved = (happened.before != "") & (happened.before != np.array(SCENARIOS)[truth])
    yield "transition_sessions", moved.sum()
    yield "transition_skill", _skill(losses[moved], reference[moved])
    yield from _by_scenario(proba, hits > 0, sessions.year.to_numpy())
    spans = {f"by_year.{year}": sessions.year == year for year in np.unique(sessions.year)}
    for name, (first, last) in settings.named_windows.items():
        inside = (sessions >= pd.Timestamp(first)) & (sessions <= pd.Timestamp(last))
        spans |= {f"by_named_window.{name}": inside} if inside.any() else {}
    for name, rows in spans.items():
        for figure, value in _on(rows, proba, truth, losses, reference):
            yield f"{name}.{figure}", value


def _on(
    rows: NDArray[np.bool_],
    proba: Array,
    truth: NDArray[np.int64],
    losses: Array,
    reference: Array,
) -> Iterator[tuple[str, float]]:
    """What is told of all sessions, and again of some."""
    yield "sessions", rows.sum()
    yield "log_loss", losses[rows].mean()
    yield "log_loss_skill", _skill(losses[rows], reference[rows])
    for k, name in enumerate(SCENARIOS):
        yield f"auc.{name}", _auc(proba[rows, k], truth[rows] == k)


def _by_scenario(
    proba: Array, hits: NDArray[np.bool_], years: NDArray[np.int64]
) -> Iterator[tuple[str, float]]:
    for k, name in enumerate(SCENARIOS):
        bins = reliability(proba[:, k], hits[:, k])
        gaps, share = bins["predicted"] - bins["observed"], bins["count"] / bins["count"].sum()
        yield f"calibration_error.{name}", (gaps.abs() * share).sum()
        chance = bins["observed"] * (1 - bins["observed"]) / (bins["count"] - 1).clip(lower=1)
        yield (
            f"calibration_error_debiased.{name}",
            max(((gaps**2 - chance) * share).sum(), 0) ** 0.5,
        )
        areas = [
            _auc(proba[years == year, k], yes)
            for year in np.unique(years)
            for yes in [hits[years == year, k]]
            if min(yes.sum(), (~yes).sum()) >= _LEAST
        ]
        yield f"auc_within_year.{name}", float(np.mean(areas)) if areas else np.nan


def _skill(losses: Array, reference: Array) -> float:
    return 1 - losses.mean() / reference.mean() if len(losses) else float("nan")


def _auc(proba: Array, yes: NDArray[np.bool_]) -> float:
    """Share of pairs in which the yes was ranked above the no; half for ties."""
    if yes.all() or not yes.any():
        return float("nan")
    ordered = np.sort(proba[~yes])
    below, upto = (np.searchsorted(ordered, proba[yes], side=side) for side in ("left", "right"))
    return float((below + upto).sum() / (2 * yes.sum() * len(ordered)))


def _drawn(
    window: str, truth: NDArray[np.int64], probas: Mapping[str, Array], settings: EvaluationSettings
) -> Scores:
    """Skill over the baseline to beat, all intervals, and the p-values."""
    losses = {model: log_losses(proba, truth) for model, proba in probas.items()}
    made = {}
    baseline = settings.baselines.get(window)
    for name, opponent in (("log_loss_skill", settings.reference), ("baseline_skill", baseline)):
        if opponent in losses:
            low, high = drawn_skills(
                np.column_stack(list(losses.values())), losses[opponent], settings.resampling
            )
            for place, model in enumerate(losses):
                made[f"{window}.{model}.{name}"] = _skill(losses[model], losses[opponent])
                made[f"{window}.{model}.{name}_interval.0"] = low[place]
                made[f"{window}.{model}.{name}_interval.1"] = high[place]
    values = drawn_p_values(list(probas.values()), truth, settings.resampling)
    return made | {
        f"{window}.{model}.permutation_p": value
        for model, value in zip(probas, values, strict=True)
    }


def flat(document: Any, place: str = "") -> Scores:
    """Numbers of a JSON document by their place; None is no number."""
    if isinstance(document, Mapping | list):
        parts = document.items() if isinstance(document, Mapping) else enumerate(document)
        return {
            name: value
            for key, inner in parts
            for name, value in flat(inner, f"{place}.{key}".strip(".")).items()
        }
    if document is None:
        return {place: float("nan")}
    number = isinstance(document, int | float) and not isinstance(document, bool)
    return {place: float(document)} if number else {}
