"""The leak premium: how much better the scores would have looked with each leak switched on."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from models.evaluation.comparison import Comparison, compare
from models.evaluation.losses import Losses, skill
from models.scenarios import SCENARIOS
from pipeline.audit.leaks import LEAKS, Honest
from pipeline.training.problems import walk_forward


@dataclass(frozen=True)
class Premium:
    """One model's score in one window with one leak.

    Attributes
    ----------
    leak, window, model
        Which.
    honest, leaky
        Log-loss skill against the reference without and with the leak, as fractions, on the same
        days.
    """

    leak: str
    window: str
    model: str
    honest: float
    leaky: float

    @property
    def gain(self) -> float:
        """By how much the score is flattered."""
        return self.leaky - self.honest


def premiums(
    honest: Honest, outlook: pd.DataFrame, labels: pd.DataFrame
) -> Iterator[list[Premium]]:
    """Switch on one leak after the other; yields one list a leak.

    Parameters
    ----------
    honest
        What the forecasts are made from, of the windows wanted.
    outlook
        The forecasts as published: one row a session, window and model.
    labels
        One row a session and window.
    """
    reference = honest.settings.evaluation.reference
    windows = [problem.window.name for problem in honest.problems]
    before = {window: _compared(outlook, labels, window) for window in windows}
    for name, leaky in LEAKS.items():
        forecasts = walk_forward(leaky(honest), honest.settings)
        yield [
            Premium(name, window, model, _skill(one, model, against), _skill(after, model, against))
            for window, one in before.items()
            for against in [one.losses(reference)]
            for after in [_compared(forecasts, labels, window)]
            for model in after.probas
        ]


def _compared(outlook: pd.DataFrame, labels: pd.DataFrame, window: str) -> Comparison:
    columns = ["session", "model", *SCENARIOS]
    return compare(
        outlook.loc[outlook["window"] == window, columns], labels[labels["window"] == window]
    )


def _skill(comparison: Comparison, model: str, reference: Losses) -> float:
    return skill(comparison.losses(model), reference)
