"""Gradient-boosted trees: small, strongly regularised, the same to the last bit every time."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Self

import pandas as pd

from models.forecasting.booster import Booster
from models.forecasting.fitted import Fitted, every_scenario, scenario_codes
from models.scenarios import SCENARIOS, Proba


@dataclass
class GradientBoosting(Fitted):
    """Multiclass LightGBM; missing values (crypto's early years) go their own way in a tree.

    Attributes
    ----------
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

    trees: int = 150
    learning_rate: float = 0.02
    leaves: int = 8
    min_rows_a_leaf: int = 300
    row_share: float = 0.7
    column_share: float = 0.5
    l2: float = 30.0
    bins: int = 63
    seed: int = 1

    def fit(self, features: pd.DataFrame, outcomes: pd.DataFrame) -> Self:
        """Train on the given rows."""
        # Here and not above: scoring never trains, and the package imports scikit-learn.
        import lightgbm  # noqa: PLC0415

        codes = every_scenario(scenario_codes(outcomes), self.name)
        settings = self._settings()
        rows = lightgbm.Dataset(self.read(features), codes, params=settings)
        # Kept as trained: it would otherwise be written to text and parsed once more than needed.
        booster = lightgbm.train(
            settings, rows, num_boost_round=self.trees, keep_training_booster=True
        )
        self.model_text_ = booster.model_to_string()
        return self

    def predict_proba(self, features: pd.DataFrame) -> Proba:
        """Probabilities for each row, shape (n, 3)."""
        return _booster(self.model_text_).predict(self.read(features))

    def contributions(self, features: pd.DataFrame) -> dict[str, Proba]:
        """Tree SHAP terms of the raw scores by input, each row's mean over scenarios taken off.

        Raw scores are log probabilities up to a constant a row; without the mean the terms of
        different models compare.
        """
        terms = _booster(self.model_text_).contributions(self.read(features))
        terms = terms - terms.mean(axis=1, keepdims=True)
        return {column: terms[:, :, j] for j, column in enumerate(self.inputs)}

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


@lru_cache(maxsize=16)
def _booster(text: str) -> Booster:
    """Parse a model once; kept out of the forecaster, which can then be copied and sent."""
    return Booster.from_string(text)
