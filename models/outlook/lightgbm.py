"""Gradient-boosted trees: small, strongly regularised, the same to the last bit every time."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from models.forecasting.booster import Booster
from models.forecasting.fitted import Array, Fitted, every_scenario, scenario_codes
from models.forecasting.linear import softmax
from models.forecasting.pool import TINY
from models.outlook.nowcast_student import NowcastStudent
from models.scenarios import SCENARIOS, Proba

_START = "start_"
"""Begins the parts of the state that are those of the model that boosting starts from."""


@dataclass
class GradientBoosting(Fitted):
    """Multiclass LightGBM; missing values (crypto's early years) go their own way in a tree.

    Where half of the window has been seen, the trees start from the log odds of `NowcastStudent`
    fitted on the same rows, and learn what it misses: left to themselves they find the seen half's
    exact weight only in steps, and lose 6 points of skill. On the rows that it was fitted on the
    start is better than it will be; it has eight numbers and thousands of rows, so hardly.

    Attributes
    ----------
    tightening_above, reflation_below
        Thresholds on the composite, in standard deviations; those of the label. The start's.
    trees
        Boosting rounds; each grows one tree a scenario.
    learning_rate
        Share of each tree's correction that is taken.
    leaves
        Most leaves of a tree.
    min_rows_a_leaf
        Fewest training rows in a leaf. Overlapping outcomes make 300 rows about 30 independent
        ones for a 10-session window.
    row_share, column_share
        Share of the rows drawn anew each round, and of the columns offered to each tree.
    l2
        Penalty on squared leaf scores.
    bins
        Most bins a column is cut into.
    seed
        Seed of every draw.
    """

    name: ClassVar = "lightgbm"
    fitted: ClassVar = ("model_text_",)

    tightening_above: float = 0.5
    reflation_below: float = -0.5
    trees: int = 75
    learning_rate: float = 0.04
    leaves: int = 8
    min_rows_a_leaf: int = 300
    row_share: float = 0.7
    column_share: float = 0.5
    l2: float = 30.0
    bins: int = 63
    seed: int = 1

    def __post_init__(self) -> None:
        self._trained_here = False
        self._start: NowcastStudent | None = None
        if NowcastStudent.applies(self.window):
            self._start = NowcastStudent(
                self.window,
                (),
                tightening_above=self.tightening_above,
                reflation_below=self.reflation_below,
            )
            self.inputs = tuple(dict.fromkeys([*self.inputs, *self._start.inputs]))

    def fit(self, features: pd.DataFrame, outcomes: pd.DataFrame) -> Self:
        """Train on the given rows."""
        # Here and not above: scoring never trains, and the package imports scikit-learn.
        import lightgbm  # noqa: PLC0415

        codes = every_scenario(scenario_codes(outcomes), self.name)
        settings = self._settings()
        start = None
        if self._start is not None:
            self._start.fit(features, outcomes)
            start = _log_odds(self._start, features).ravel(order="F")
        rows = lightgbm.Dataset(self.read(features), codes, init_score=start, params=settings)
        # Kept as trained: it would otherwise be written to text and parsed once more than needed.
        booster = lightgbm.train(
            settings, rows, num_boost_round=self.trees, keep_training_booster=True
        )
        self.model_text_, self._trained_here = booster.model_to_string(), True
        return self

    def predict_proba(self, features: pd.DataFrame) -> Proba:
        """Probabilities for each row, shape (n, 3)."""
        booster, values = self._booster(), self.read(features)
        if self._start is None:
            return booster.predict(values)
        return softmax(booster.scores(values) + _log_odds(self._start, features))

    def contributions(self, features: pd.DataFrame) -> dict[str, Proba]:
        """Tree SHAP terms of the raw scores by input, each row's mean over scenarios taken off.

        Raw scores are log probabilities up to a constant a row; without the mean the terms of
        different models compare. The start's terms are added to the trees'.
        """
        terms = self._booster().contributions(self.read(features))
        terms = terms - terms.mean(axis=1, keepdims=True)
        started = self._start.contributions(features) if self._start else {}
        return {
            column: terms[:, :, j] + started.get(column, 0.0)
            for j, column in enumerate(self.inputs)
        }

    def fitted_state(self) -> dict[str, Any]:
        """As every model's; the start's parts stand beside, their names begin with ``start_``."""
        start = self._start.fitted_state() if self._start else {}
        return super().fitted_state() | {f"{_START}{name}": part for name, part in start.items()}

    def restore(self, state: Mapping[str, Any]) -> Self:
        """Take back what ``fitted_state`` gave."""
        self._trained_here = False
        if self._start is not None:
            start = {
                name.removeprefix(_START): part
                for name, part in state.items()
                if name.startswith(_START)
            }
            self._start.restore(start)
        return super().restore(state)

    def _booster(self) -> Booster:
        return _parsed(self.model_text_, self._trained_here)

    def _settings(self) -> dict[str, Any]:
        return {
            "objective": "multiclass",
            "num_class": len(SCENARIOS),
            "learning_rate": self.learning_rate,
            "num_leaves": self.leaves,
            "min_data_in_leaf": self.min_rows_a_leaf,
            "bagging_fraction": self.row_share,
            "bagging_freq": 1,
            "feature_fraction": self.column_share,
            "lambda_l2": self.l2,
            "max_bin": self.bins,
            "seed": self.seed,
            # Bit for bit the same on every run; one thread also spares OpenMP's spinning.
            "deterministic": True,
            "force_col_wise": True,
            "num_threads": 1,
            "verbosity": -1,
        }


def _log_odds(model: NowcastStudent, features: pd.DataFrame) -> Array:
    """Log probabilities that the trees start from, shape (n, 3)."""
    return np.log(np.maximum(model.predict_proba(features), TINY))


@lru_cache(maxsize=16)
def _parsed(text: str, trusted: bool) -> Booster:
    """Parse a model once; kept out of the forecaster, which can then be copied and sent."""
    return Booster.from_string(text, trusted=trusted)
