"""Scores made again from the published files alone, by no line of the code that made them.

What is a score and not a forecast cannot look ahead by itself, but it can be of other rows, or be
edited. So the figures that people read are made a second time, from the formulas in their books.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.scenarios import SCENARIOS

Array = NDArray[np.float64]
Scores = dict[str, float]

TINY = np.finfo(float).eps


def scores(outlook: pd.DataFrame, labels: pd.DataFrame, reference: str) -> Scores:
    """Figures of ``data/evaluation.json``, keyed ``window.model.figure``."""
    known = outlook.merge(labels[["session", "window", "scenario"]], on=["session", "window"])
    made: Scores = {}
    for window, rows in known.groupby("window"):
        against = _losses(rows[rows["model"] == reference].sort_values("session"))
        for model, mine in rows.groupby("model"):
            one = mine.sort_values("session")
            years = one["session"].dt.year.to_numpy()
            for name, value in _figures(one, against, years):
                made[f"{window}.{model}.{name}"] = value
    return made


def _figures(rows: pd.DataFrame, against: Array, years: Array) -> Iterator[tuple[str, float]]:
    losses, proba = _losses(rows), rows[list(SCENARIOS)].to_numpy()
    truth = np.column_stack([rows["scenario"] == name for name in SCENARIOS])
    yield "sessions", len(rows)
    yield "log_loss", losses.mean()
    yield "log_loss_skill", 1 - losses.mean() / against.mean()
    yield "brier", ((proba - truth) ** 2).sum(axis=1).mean()
    for k, name in enumerate(SCENARIOS):
        yield f"auc.{name}", _auc(proba[truth[:, k], k], proba[~truth[:, k], k])
    for year in np.unique(years):
        of = years == year
        yield f"by_year.{year}.log_loss_skill", 1 - losses[of].mean() / against[of].mean()


def _losses(rows: pd.DataFrame) -> Array:
    given = np.select(
        [rows["scenario"] == name for name in SCENARIOS], [rows[name] for name in SCENARIOS]
    )
    return -np.log(np.maximum(given, TINY))


def _auc(yes: Array, no: Array) -> float:
    """Share of pairs in which the yes was ranked above the no; half for ties."""
    if not len(yes) or not len(no):
        return float("nan")
    ordered = np.sort(no)
    below, upto = (np.searchsorted(ordered, yes, side=side) for side in ("left", "right"))
    return float((below + upto).sum() / (2 * len(yes) * len(no)))


def tier_figures(decided: pd.DataFrame, values: pd.DataFrame, ahead: int) -> Scores:
    """Figures of ``data/tiers.json``, keyed by their place in it.

    Parameters
    ----------
    decided
        By session: ``tier``, ``action``, ``event_kind``.
    values
        By session: what each thing that is followed was worth.
    ahead
        Sessions that followed, of the table by tier.
    """
    made: Scores = {}
    following = (values.shift(-ahead) / values - 1).reindex(decided.index)
    for tier in np.unique(decided["tier"]):
        of = (decided["tier"] == tier).to_numpy()
        made[f"by_tier.{tier}.sessions"] = of.sum()
        for asset in map(str, values.columns):
            moves = following.loc[of, asset].dropna().to_numpy()
            made[f"by_tier.{tier}.{asset}.mean"] = moves.mean() if len(moves) else np.nan
            made[f"by_tier.{tier}.{asset}.std"] = moves.std(ddof=1) if len(moves) > 1 else np.nan
            made[f"by_tier.{tier}.{asset}.worst_tenth"] = (
                np.quantile(moves, 0.1) if len(moves) else np.nan
            )
    for name, column in (("actions", "action"), ("events", "event_kind")):
        for answer in decided[column].unique():
            made[f"{name}.{answer}"] = (decided[column] == answer).mean()
    return made


def flat(document: Mapping[str, Any], place: str = "") -> Scores:
    """Numbers of a JSON document by their place; None is no number."""
    made: Scores = {}
    for key, value in document.items():
        here = f"{place}.{key}".strip(".")
        if isinstance(value, Mapping):
            made |= flat(value, here)
        elif value is None or isinstance(value, int | float):
            made[here] = float("nan") if value is None else float(value)
    return made
