"""What every model and baseline is: a conditional distribution of the scenario, by name."""

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from functools import cache
from typing import Any, ClassVar, Self

import pandas as pd

from models.scenarios import Proba, Window

_FOLDER = "models.outlook"


@dataclass
class Forecaster(ABC):
    """Base of every model: fields are settings, attributes ending in ``_`` are fitted.

    Subclasses are dataclasses with a class attribute ``name``; defining one registers it.

    Attributes
    ----------
    window
        The window whose scenario is forecast.
    inputs
        Columns of ``features`` that it may read.
    context
        Earlier sessions that ``predict_proba`` must be given before the first row that is
        wanted; 0 for models that look at one row at a time.
    """

    name: ClassVar[str]
    context: ClassVar[int] = 0
    _registry: ClassVar[dict[str, type["Forecaster"]]] = {}

    window: Window
    inputs: tuple[str, ...]

    def __init_subclass__(cls) -> None:
        """Register the subclass by its name."""
        super().__init_subclass__()
        if "name" in cls.__dict__:
            Forecaster._registry[cls.name] = cls

    @classmethod
    def applies(cls, window: Window) -> bool:  # noqa: ARG003
        """Whether the model is defined for this window."""
        return True

    @abstractmethod
    def fit(self, features: pd.DataFrame, outcomes: pd.DataFrame) -> Self:
        """Fit on training rows.

        Parameters
        ----------
        features
            One row a session; NaN says missing.
        outcomes
            Same index: ``code`` (0, 1, 2), ``composite``, ``label_end`` and one column
            ``component_*`` a component of the composite (NaN before it existed).
        """

    @abstractmethod
    def predict_proba(self, features: pd.DataFrame) -> Proba:
        """Probabilities for each row, shape (n, 3)."""

    @abstractmethod
    def fitted_state(self) -> dict[str, Any]:
        """Everything fitted: numbers, strings, lists and arrays, for a bundle without pickle."""

    @abstractmethod
    def restore(self, state: Mapping[str, Any]) -> Self:
        """Take back what ``fitted_state`` gave."""

    def contributions(self, features: pd.DataFrame) -> dict[str, Proba] | None:  # noqa: ARG002
        """Additive terms of the log probabilities by input column, each of shape (n, 3).

        None for a model that has none.
        """
        return None


def registered() -> dict[str, type[Forecaster]]:
    """Every model by name, after importing each file of ``models/outlook``."""
    _load()
    return dict(Forecaster._registry)


@cache
def _load() -> None:
    for name in _files():
        importlib.import_module(f"{_FOLDER}.{name}")


@cache
def _files() -> list[str]:
    folder = importlib.import_module(_FOLDER)
    return [module.name for module in pkgutil.iter_modules(folder.__path__)]


def _kind(name: str) -> type[Forecaster] | None:
    """A model by its name, which is its file's: whoever scores imports those of the pool alone."""
    if name in _files():
        importlib.import_module(f"{_FOLDER}.{name}")
    return Forecaster._registry.get(name) or registered().get(name)


def forecaster(
    name: str, window: Window, inputs: tuple[str, ...], settings: Mapping[str, Any]
) -> Forecaster:
    """Make a model by name.

    Raises
    ------
    ValueError
        When the name or a setting is unknown; the message offers the nearest.
    """
    kind = _kind(name)
    if kind is None:
        raise ValueError(f"no model is called {name!r}{_near(name, registered())}")
    allowed = {f.name for f in fields(kind)} - {"window", "inputs"}
    for key in settings:
        if key not in allowed:
            raise ValueError(f"model {name!r} has no setting {key!r}{_near(key, allowed)}")
    return kind(window=window, inputs=inputs, **settings)


def _near(word: str, known: Mapping[str, Any] | set[str]) -> str:
    near = get_close_matches(word, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(sorted(known))}"
