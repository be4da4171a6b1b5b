"""Refits from what had been handed over: the states' chain, and the outlook's models."""

import numpy as np
import pandas as pd
import pyarrow as pa

from models.forecasting.forecaster import Forecaster
from models.forecasting.pool import POOL, floor, pool
from models.forecasting.problem import OUTLOOK_COLUMNS, fit_models
from models.scenarios import SCENARIOS
from models.states.refit import refit
from models.states.tracking import CausalFilter
from models.walk_forward import rows_apart
from pipeline.params import Params
from pipeline.training.problems import make_problem


def appended(before: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows after those that are there, as a frame of its own."""
    return rows if before.empty else pd.concat([before, rows])


def laid_out(frame: pd.DataFrame) -> pd.DataFrame:
    """The same frame as if read from a file.

    Sums depend in their last bit on how a frame's columns lie in memory; the stages read theirs.
    """
    return pa.Table.from_pandas(frame).to_pandas()


class StatesRefits:
    """The states' fits one after the other; each knows the one before, as the stage's do."""

    def __init__(self, settings: Params) -> None:
        self._settings = settings.states.model
        self._seen = pd.DataFrame()
        self._filter: CausalFilter | None = None

    def refit(self, rows: pd.DataFrame) -> None:
        """Fit on all rows so far, of which these are the last."""
        self._seen = laid_out(appended(self._seen, rows))
        made = refit(self._seen, self._settings, self._filter)
        self._filter = made.followed(self._filter, self._settings)

    def publish(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Filter one session after the other; empty before the first sound fit."""
        made = []
        for place in range(len(rows) if self._filter else 0):
            assert self._filter is not None  # noqa: S101 - there is one, or no place
            row, self._filter = self._filter.advance(rows.iloc[place : place + 1])
            made.append(row)
        self._seen = appended(self._seen, rows)
        return pd.concat(made) if made else pd.DataFrame()


class OutlookRefits:
    """Each window's models, refitted on what had been handed over, and their forecasts."""

    def __init__(self, settings: Params) -> None:
        self._settings = settings
        self._windows = {window.name: window for window in settings.scenarios.window_list()}
        self._features = pd.DataFrame()
        self._models: dict[str, Forecaster] = {}
        self._fit_end: pd.Timestamp | None = None

    def fit(self, window: str, rows: pd.DataFrame, labels: pd.DataFrame) -> None:
        """Fit every model of a window on the labels given, and on no row after the last of them."""
        self._features = laid_out(appended(self._features, rows))
        problem = make_problem(self._settings, self._windows[window], self._features, labels)
        outcomes = problem.outcomes[problem.outcomes["label_end"].notna()]
        known = rows_apart(self._features, self._features.index.get_indexer(outcomes.index))
        self._models = fit_models(problem.specs, problem.window, known, outcomes)
        self._fit_end = outcomes["label_end"].max()

    def forecast(self, rows: pd.DataFrame, *, window: str, count: int, alone: bool) -> pd.DataFrame:
        """Forecasts of the last ``count`` of the rows; ``alone``: before the next one is there."""
        gap = len(rows) - count
        self._features = appended(self._features, rows.iloc[:gap])
        step = 1 if alone else count
        made = [self._next(window, rows.iloc[p : p + step]) for p in range(gap, len(rows), step)]
        return pd.concat(made, ignore_index=True)

    def _next(self, window: str, rows: pd.DataFrame) -> pd.DataFrame:
        self._features = appended(self._features, rows)
        least, count = self._settings.outlook.floor, len(rows)
        probas = {
            name: floor(
                model.predict_proba(self._features.tail(model.context + count))[-count:], least
            )
            for name, model in self._models.items()
        }
        members = self._settings.outlook.pool[window]
        probas[POOL] = floor(pool([probas[name] for name in members]), least)
        made = pd.DataFrame(np.concatenate(list(probas.values())), columns=list(SCENARIOS))
        return made.assign(
            session=np.tile(rows.index, len(probas)),
            window=window,
            model=np.repeat(list(probas), count),
            fit_end=self._fit_end,
        )[OUTLOOK_COLUMNS]
