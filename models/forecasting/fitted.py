"""What all models share: reading their columns, and giving and taking back what was fitted."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.forecasting.forecaster import Forecaster
from models.scenarios import SCENARIOS

Array = NDArray[np.float64]


class Fitted(Forecaster):
    """A forecaster whose fitted state is its settings and the attributes that it names.

    Training rows overlap: outcomes of neighbouring sessions share most of their window. No model
    weights them down, since every row overlaps alike; the walk-forward keeps training rows away
    from tested ones by purge and embargo.

    Attributes
    ----------
    fitted
        Names of the attributes that ``predict_proba`` needs: numbers, strings, lists or arrays.
    """

    fitted: ClassVar[tuple[str, ...]]

    def fitted_state(self) -> dict[str, Any]:
        """All that forecasting needs, settings too: numbers, strings, lists and arrays only."""
        return {name: _plain(getattr(self, name)) for name in self._kept}

    def restore(self, state: Mapping[str, Any]) -> Self:
        """Take back what ``fitted_state`` gave, whatever settings the model was made with.

        Raises
        ------
        ValueError
            When a part is absent, as in a bundle of another version.
        """
        for name in self._kept:
            if name not in state:
                raise ValueError(
                    f"the stored state of model {self.name!r} has no {name!r} (it has: "
                    f"{', '.join(sorted(state)) or 'nothing'}); train it again with this version"
                )
            value = state[name]
            setattr(self, name, tuple(value) if isinstance(value, list) else value)
        return self

    @property
    def _kept(self) -> list[str]:
        settings = [field.name for field in fields(self) if field.name != "window"]
        return [*settings, *self.fitted]

    def read(self, features: pd.DataFrame) -> Array:
        """Values of the inputs, one row a session, shape (n, inputs).

        Raises
        ------
        ValueError
            When a column is absent.
        """
        absent = [column for column in self.inputs if column not in features.columns]
        if absent:
            raise ValueError(
                f"model {self.name!r} reads the column {absent[0]!r}, which is not among the "
                f"{features.shape[1]} given; name a feature that `undertow features` lists"
            )
        # Column by column: a frame of some columns costs more than the columns themselves.
        columns = [features[column].to_numpy(dtype=float) for column in self.inputs]
        return np.array(columns).reshape(len(self.inputs), len(features)).T

    def positions(self, columns: tuple[str, ...]) -> list[int]:
        """Position of each of ``columns`` among the inputs.

        Raises
        ------
        ValueError
            When one is not an input.
        """
        absent = [column for column in columns if column not in self.inputs]
        if absent:
            raise ValueError(
                f"model {self.name!r} is told to use {absent[0]!r}, which is not among its inputs "
                f"({', '.join(self.inputs)}); add it to these or take it from the setting"
            )
        return [self.inputs.index(column) for column in columns]


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def scenario_codes(outcomes: pd.DataFrame) -> NDArray[np.int64]:
    """Code of each training row's scenario, shape (n,)."""
    return outcomes["code"].to_numpy(dtype=np.int64)


def every_scenario(codes: NDArray[np.int64], model: str) -> NDArray[np.int64]:
    """Give ``codes`` back when they hold every scenario.

    Raises
    ------
    ValueError
        When one never occurs: a likelihood then has no finite maximum.
    """
    counts = np.bincount(codes, minlength=len(SCENARIOS))
    if (counts == 0).any():
        raise ValueError(
            f"model {model!r} cannot be fitted: none of its {len(codes)} training rows is "
            f"{SCENARIOS[int(counts.argmin())]!r}; let the first test session be later"
        )
    return codes
