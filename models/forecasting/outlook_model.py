"""The trained outlook: for each window its members, their pool and what they were fitted on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import pandas as pd

from models.forecasting.attribution import Terms
from models.forecasting.forecaster import Forecaster, forecaster
from models.forecasting.pool import floor, pool
from models.scenarios import Proba, Window


@dataclass(frozen=True)
class ModelSpec:
    """A model as declared: its name, the columns it reads and its settings."""

    name: str
    inputs: tuple[str, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)

    def build(self, window: Window) -> Forecaster:
        """Make the unfitted model for a window."""
        return forecaster(self.name, window, self.inputs, self.settings)


@dataclass(frozen=True)
class WindowModel:
    """Fitted members of one window's pool.

    Attributes
    ----------
    window
        The label window.
    members
        Fitted models by name.
    fit_end
        Latest session that any training label depends on.
    floor
        Least probability of a scenario.
    """

    window: Window
    members: Mapping[str, Forecaster]
    fit_end: pd.Timestamp
    floor: float

    @property
    def inputs(self) -> list[str]:
        """Columns that any member reads."""
        return list(dict.fromkeys(name for model in self.members.values() for name in model.inputs))

    @property
    def context(self) -> int:
        """Earlier sessions that the members need before the first row."""
        return max((model.context for model in self.members.values()), default=0)

    def predict_members(self, features: pd.DataFrame) -> dict[str, Proba]:
        """Floored probabilities of each member, shape (n, 3) each."""
        return {
            name: floor(model.predict_proba(features), self.floor)
            for name, model in self.members.items()
        }

    def predict_proba(self, features: pd.DataFrame) -> Proba:
        """Pooled probabilities, shape (n, 3)."""
        return floor(pool(list(self.predict_members(features).values())), self.floor)

    def contributions(self, features: pd.DataFrame) -> dict[str, Terms | None]:
        """Additive terms of each member by input column."""
        return {name: model.contributions(features) for name, model in self.members.items()}

    def fitted_state(self) -> dict[str, Any]:
        """Content for a bundle."""
        return {
            "window": vars(self.window),
            "fit_end": f"{self.fit_end:%Y-%m-%d}",
            "floor": self.floor,
            "members": {
                name: {"inputs": list(model.inputs), "state": model.fitted_state()}
                for name, model in self.members.items()
            },
        }

    @classmethod
    def restored(cls, state: Mapping[str, Any]) -> Self:
        """Take back what `fitted_state` gave; each member's state holds its settings too."""
        window = Window(**state["window"])
        members = {
            name: forecaster(name, window, tuple(kept["inputs"]), {}).restore(kept["state"])
            for name, kept in state["members"].items()
        }
        return cls(window, members, pd.Timestamp(state["fit_end"]), state["floor"])
