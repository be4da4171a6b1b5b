"""Fit models on a fold and forecast its test rows: the one way any forecast is made."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from models.forecaster import Forecaster, Proba
from models.outlook_model import POOL, ModelSpec, WindowModel
from models.pool import floor, pool
from models.scenarios import SCENARIOS, Window
from models.walk_forward import Fold, final_fold

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
    return rows.drop(columns=["window", "scenario"]).assign(code=code)


def fit_all(
    specs: Iterable[ModelSpec],
    window: Window,
    features: pd.DataFrame,
    outcomes: pd.DataFrame,
    fold: Fold,
) -> dict[str, Forecaster]:
    """Fit every model on the fold's training rows."""
    rows = features.iloc[fold.train]
    known = outcomes.loc[rows.index]
    return {spec.name: spec.build(window).fit(rows, known) for spec in specs}


def forecast_fold(  # noqa: PLR0913 - a fold's forecast depends on exactly these
    specs: Sequence[ModelSpec],
    members: Sequence[str],
    window: Window,
    features: pd.DataFrame,
    outcomes: pd.DataFrame,
    fold: Fold,
    *,
    least: float,
) -> pd.DataFrame:
    """Out-of-sample forecasts of every model, and of their pool, on the fold's test rows.

    Parameters
    ----------
    specs
        Models to fit.
    members
        Names of those that the pool joins.
    window, features, outcomes
        See `Forecaster`.
    fold
        Which rows train and which are forecast.
    least
        Floor under each scenario's probability.

    Returns
    -------
    pandas.DataFrame
        Columns of ``data/outlook.parquet``.
    """
    models = fit_all(specs, window, features, outcomes, fold)
    probas = {
        name: floor(forecast(model, features, fold.test), least) for name, model in models.items()
    }
    if members:
        probas[POOL] = floor(pool([probas[name] for name in members]), least)
    return _table(probas, features.index[fold.test], window, fold)


def forecast(model: Forecaster, features: pd.DataFrame, test: np.ndarray) -> Proba:
    """Probabilities of consecutive rows, giving the model the earlier rows that it needs."""
    first = max(int(test[0]) - model.context, 0)
    return model.predict_proba(features.iloc[first : int(test[-1]) + 1])[-len(test) :]


def fit_final(  # noqa: PLR0913 - the same things as a fold
    specs: Iterable[ModelSpec],
    members: Sequence[str],
    window: Window,
    features: pd.DataFrame,
    outcomes: pd.DataFrame,
    *,
    embargo: int,
    least: float,
) -> WindowModel:
    """Fit the pool's members on everything that the last session's forecast may know."""
    fold = final_fold(pd.DatetimeIndex(features.index), outcomes["label_end"], embargo=embargo)
    chosen = [spec for spec in specs if spec.name in members]
    fitted = fit_all(chosen, window, features, outcomes, fold)
    return WindowModel(window, {name: fitted[name] for name in members}, fold.fit_end, least)


def _table(
    probas: Mapping[str, Proba], sessions: pd.Index, window: Window, fold: Fold
) -> pd.DataFrame:
    rows = pd.DataFrame(np.concatenate(list(probas.values())), columns=list(SCENARIOS))
    rows["session"] = np.tile(sessions, len(probas))
    rows["window"] = window.name
    rows["model"] = np.repeat(list(probas), len(sessions))
    return rows.assign(fit_end=fold.fit_end)[OUTLOOK_COLUMNS]
