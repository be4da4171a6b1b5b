"""Every model on the same days: forecasts of one window lined up with what happened."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.evaluation.losses import Losses, log_losses
from models.scenarios import SCENARIOS, Codes, Proba
from models.walk_forward import Positions, label_end_positions

UNKNOWN = -1
"""Code of a last known scenario when none was known yet."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """One window's forecasts by every model, on the sessions whose outcome is known.

    Attributes
    ----------
    sessions
        Shape (n,), increasing.
    codes
        Shape (n,): what happened.
    last_known
        Shape (n,): the latest outcome that was known when the forecast was made, its label having
        ended before the session; ``UNKNOWN`` where none had.
    label_ends
        Shape (n,): position among ``sessions`` at which each label ends.
    probas
        By model, shape (n, 3).
    """

    sessions: pd.DatetimeIndex
    codes: Codes
    last_known: Codes
    label_ends: Positions
    probas: dict[str, Proba]

    def losses(self, model: str) -> Losses:
        """Log loss of one model, shape (n,)."""
        return log_losses(self.codes, self.probas[model])


def compare(outlook: pd.DataFrame, scenarios: pd.DataFrame) -> Comparison:
    """Line up one window's forecasts and outcomes.

    Parameters
    ----------
    outlook
        One row a session and model: ``session, model`` and one column a scenario.
    scenarios
        One row a labelled session: ``session, scenario, label_end``; earlier sessions than the
        forecasts' tell what was known.

    Raises
    ------
    ValueError
        When a model lacks a session that another has, has one twice, or gives probabilities that
        are negative, missing or do not sum to one; or when no forecast has its outcome.
    """
    labels = scenarios.sort_values("session").set_index("session")
    by_model = {str(model): _table(str(model), rows) for model, rows in outlook.groupby("model")}
    sessions = _same_sessions(by_model).intersection(pd.DatetimeIndex(labels.index))
    if sessions.empty:
        raise ValueError(
            f"none of the {len(outlook)} forecasts has an outcome; "
            "outlook and scenarios must cover the same sessions"
        )
    codes = _codes(labels["scenario"])
    return Comparison(
        sessions=sessions,
        codes=codes[labels.index.get_indexer(sessions)],
        last_known=_last_known(codes, pd.DatetimeIndex(labels["label_end"]), sessions),
        label_ends=label_end_positions(sessions, labels["label_end"]),
        probas={model: table.loc[sessions].to_numpy() for model, table in by_model.items()},
    )


def _table(model: str, rows: pd.DataFrame) -> pd.DataFrame:
    table = rows.set_index("session")[list(SCENARIOS)]
    if not table.index.is_unique:
        raise ValueError(
            f"model {model!r} forecasts {table.index[table.index.duplicated()][0]:%Y-%m-%d} twice; "
            "an outlook has one row a session, window and model"
        )
    proba = table.to_numpy()
    wrong = ~((proba >= 0.0).all(axis=1) & np.isclose(proba.sum(axis=1), 1.0, atol=1e-6))
    if wrong.any():
        day, given = table.index[wrong][0], proba[wrong][0].tolist()
        raise ValueError(
            f"model {model!r} gives {given} on {day:%Y-%m-%d}; "
            "probabilities must not be negative and must sum to one"
        )
    return table


def _same_sessions(by_model: dict[str, pd.DataFrame]) -> pd.DatetimeIndex:
    every = pd.DatetimeIndex([])
    for table in by_model.values():
        every = every.union(pd.DatetimeIndex(table.index))
    for model, table in by_model.items():
        absent = every.difference(pd.DatetimeIndex(table.index))
        if len(absent):
            raise ValueError(
                f"model {model!r} has no forecast for {len(absent)} of {len(every)} sessions, the "
                f"first {absent[0]:%Y-%m-%d}; models are compared on the same days only"
            )
    return every


def _codes(scenario: pd.Series) -> Codes:
    codes = pd.Index(SCENARIOS).get_indexer(pd.Index(scenario))
    if (codes < 0).any():
        raise ValueError(
            f"{scenario[codes < 0].iloc[0]!r} is not a scenario; known: {', '.join(SCENARIOS)}"
        )
    return codes.astype(np.int64)


def _last_known(codes: Codes, label_end: pd.DatetimeIndex, sessions: pd.DatetimeIndex) -> Codes:
    # Strictly before: a component published a session late is not known the evening it closes.
    place = label_end.searchsorted(sessions, side="left") - 1
    return np.where(place < 0, UNKNOWN, codes[place])
