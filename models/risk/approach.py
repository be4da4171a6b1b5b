"""What every approach to a book's predictive distribution is, and how one is found by its name."""

import importlib
import pkgutil
from abc import ABC, abstractmethod
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Self

import pandas as pd

from models.risk.sample import Sample

_FOLDER = "models.risk.distributions"


@dataclass
class Approach(ABC):
    """Base of every approach: a file of ``models/risk/distributions`` holds one as ``Forecast``.

    Attributes
    ----------
    horizon
        Sessions ahead whose return is forecast.
    """

    horizon: int

    @abstractmethod
    def fit(self, history: pd.DataFrame, scenarios: pd.Series) -> Self:
        """Fit on what was known.

        Parameters
        ----------
        history
            See `models.risk.history`; it ends where the knowledge ends.
        scenarios
            Of the training sessions, which are its index: each one's next ``horizon`` sessions lie
            in the history.
        """

    @abstractmethod
    def predict(self, history: pd.DataFrame, probabilities: pd.DataFrame) -> Sample:
        """Distribution of the book's return over the ``horizon`` sessions after each asked one.

        Parameters
        ----------
        history
            As in `fit`, to the last asked session. An asked session is forecast from the rows up
            to it alone.
        probabilities
            By asked session, columns ``SCENARIOS``: the outlook.
        """


def names() -> list[str]:
    """Every approach."""
    folder = importlib.import_module(_FOLDER)
    return sorted(module.name for module in pkgutil.iter_modules(folder.__path__))


def approach(name: str, horizon: int) -> Approach:
    """Make an approach by name, importing its file alone.

    Raises
    ------
    ValueError
        When there is none of this name; the message offers the nearest.
    """
    known = names()
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
        raise ValueError(f"no distribution is called {name!r}; {hint}")
    made: Approach = importlib.import_module(f"{_FOLDER}.{name}").Forecast(horizon)
    return made
