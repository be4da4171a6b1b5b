"""One window's forecasting problem: fit models on a fold, forecast its test rows, fit the pool.

The one way any forecast is made. What a model is handed ends, physically, where its knowledge ends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from models.forecasting.forecaster import Forecaster
from models.forecasting.outlook_model import ModelSpec, WindowModel
from models.forecasting.pool import POOL, floor, pool
from models.scenarios import SCENARIOS, Proba, Window
from models.walk_forward import Fold, Positions, final_fold, rows_apart

OUTLOOK_COLUMNS = ["session", "window", "model", *SCENARIOS, "fit_end"]


def outcomes_of(labels: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Outcomes of one window, indexed by session, as `Forecaster.fit` takes them.

    Parameters
    ----------
    labels
        Rows of ``data/scenarios.parquet``.
    window
        Which rows.
    """
    rows = labels[labels["window"] == window.name].set_index("session")
    code = pd.Categorical(rows["scenario"], categories=SCENARIOS).codes.astype(np.int64)
    return rows[["composite", "label_end"]].join(rows.filter(regex="^component_")).assign(code=code)


def fit_models(
    specs: Sequence[ModelSpec], window: Window, features: pd.DataFrame, outcomes: pd.DataFrame
) -> dict[str, Forecaster]:
    """Fit every model on training rows, which are all that the two frames hold."""
    # How many threads share a matrix product moves its last bits, and with them a fit's; so small
    # a product is not worth a second one.
    with threadpool_limits(1):
        return {spec.name: spec.build(window).fit(features, outcomes) for spec in specs}


@dataclass(frozen=True)
class Problem:
    """Everything that one window's forecasts are made from.

    Attributes
    ----------
    window
        Whose scenario is forecast.
    specs
        Models to fit.
    members
        Names of those that the pool joins; empty for no pool.
    features, outcomes
        See `Forecaster.fit`; one row a session, on the same index.
    folds
        Refits of the walk-forward, in order of time.
    embargo
        Sessions, as in `expanding_folds`; the final fit keeps it too.
    floor
        Least probability of a scenario.
    """

    window: Window
    specs: Sequence[ModelSpec]
    members: Sequence[str]
    features: pd.DataFrame
    outcomes: pd.DataFrame
    folds: Sequence[Fold]
    embargo: int
    floor: float

    def training(self, fold: Fold) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Features and outcomes of a fold's training rows; no later row is in their memory."""
        return rows_apart(self.features, fold.train), rows_apart(self.outcomes, fold.train)

    def asked(self, fold: Fold, context: int) -> pd.DataFrame:
        """Features of a fold's test rows and of ``context`` sessions before; no row is later."""
        return rows_apart(self.features, self.asked_positions(fold, context))

    def asked_positions(self, fold: Fold, context: int) -> Positions:
        """Positions of the rows that `asked` gives."""
        return np.arange(max(int(fold.test[0]) - context, 0), int(fold.test[-1]) + 1)

    def forecast(self, fold: Fold) -> pd.DataFrame:
        """Out-of-sample forecasts of every model, and of their pool, on the fold's test rows.

        Returns
        -------
        pandas.DataFrame
            Columns of ``data/outlook.parquet``.
        """
        models = fit_models(self.specs, self.window, *self.training(fold))
        asked = {
            context: self.asked(fold, context)
            for context in {model.context for model in models.values()}
        }
        probas = {
            name: floor(model.predict_proba(asked[model.context])[-len(fold.test) :], self.floor)
            for name, model in models.items()
        }
        return self.joined(probas, fold)

    def fit(self) -> WindowModel:
        """Fit the pool's members on everything that the last session's forecast may know."""
        sessions = pd.DatetimeIndex(self.features.index)
        fold = final_fold(sessions, self.outcomes["label_end"], embargo=self.embargo)
        chosen = [spec for spec in self.specs if spec.name in self.members]
        fitted = fit_models(chosen, self.window, *self.training(fold))
        members = {name: fitted[name] for name in self.members}
        return WindowModel(self.window, members, fold.fit_end, self.floor)

    def joined(self, forecasts: Mapping[str, Proba], fold: Fold) -> pd.DataFrame:
        """Rows of ``data/outlook.parquet`` from each model's forecasts of a fold, and their pool's.

        Parameters
        ----------
        forecasts
            Floored probabilities by model, shape (n, 3) each, of the fold's n test rows.
        fold
            Which sessions these are.
        """
        probas = dict(forecasts)
        if self.members:
            probas[POOL] = floor(pool([probas[name] for name in self.members]), self.floor)
        values = np.concatenate(list(probas.values()))
        columns = {
            "session": np.tile(self.features.index[fold.test], len(probas)),
            "window": self.window.name,
            "model": np.repeat(list(probas), len(fold.test)),
            **dict(zip(SCENARIOS, values.T, strict=True)),
            "fit_end": fold.fit_end,
        }
        return pd.DataFrame(columns)
