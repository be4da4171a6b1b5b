"""What the outlook would reach if it knew one thing more: forecasts that nobody could have made."""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from models.evaluation.ceiling import CEILING, half_year_shares
from models.forecasting.pool import POOL, floor
from models.forecasting.problem import OUTLOOK_COLUMNS, Problem, outcomes_of
from models.scenarios import SCENARIOS, Window
from pipeline.params import Params
from pipeline.training.problems import make_problems

SEEN = "composite_nowcast_{back}"
"""What the models of a window in progress read of its seen half."""

TOLD = ("nowcast_logit", "nowcast_student")
"""Models that are told the seen half: those of ``now`` that rest on it, without the trees."""

REFIT_EVERY = 252
"""Sessions that a fit serves: of some ten numbers, which a year hardly moves (0.1 points)."""


def ceilings(
    settings: Params, features: pd.DataFrame, labels: pd.DataFrame, outlook: pd.DataFrame
) -> pd.DataFrame:
    """The ceiling of every window that has one, in rows like those of ``data/outlook.parquet``.

    A window in progress: the pool of `TOLD`, fitted and asked with the seen half as the label
    counts it, by the date observed; what it misses is the half to come. Any other window: the
    shares of the scenarios in each half-year, all that one could know without any timing.

    Parameters
    ----------
    settings
        Models, windows and walk-forward.
    features, labels
        ``data/features.parquet`` by session, and rows of ``data/scenarios.parquet``.
    outlook
        Rows of ``data/outlook.parquet``: which sessions are forecast.
    """
    made = [*_of_the_seen(settings, features, labels), *_of_shares(settings, labels, outlook)]
    return pd.concat(made, ignore_index=True)


def _of_the_seen(
    settings: Params, features: pd.DataFrame, labels: pd.DataFrame
) -> Iterator[pd.DataFrame]:
    yearly = settings.walk_forward.model_copy(update={"refit_every": REFIT_EVERY})
    settings = settings.model_copy(update={"walk_forward": yearly})
    for problem in make_problems(settings, features, labels):
        specs = [spec for spec in problem.specs if spec.name in TOLD]
        seen = _seen_half(problem.window, settings.scenarios.window_list(), labels)
        if specs and seen is not None:
            told = problem.features.assign(**seen)
            names = [spec.name for spec in specs]
            yield _walk(replace(problem, features=told, specs=specs, members=names))


def _walk(problem: Problem) -> pd.DataFrame:
    rows = pd.concat([problem.forecast(fold) for fold in problem.folds])
    return rows[rows["model"] == POOL].assign(model=CEILING)


def _seen_half(
    window: Window, windows: list[Window], labels: pd.DataFrame
) -> dict[str, pd.Series] | None:
    """The composite over the seen half, from the labels of a window of its length; None without."""
    for other in windows:
        if window.back and (other.back, other.ahead) == (0, window.back):
            ended = outcomes_of(labels, other).set_index("label_end")
            return {SEEN.format(back=window.back): ended["composite"]}
    return None


def _of_shares(
    settings: Params, labels: pd.DataFrame, outlook: pd.DataFrame
) -> Iterator[pd.DataFrame]:
    for window in settings.scenarios.window_list():
        asked = outlook.loc[outlook["window"] == window.name, "session"]
        known = outcomes_of(labels, window)
        known = known[known.index.isin(asked)]
        if window.back or known.empty:
            continue
        sessions = pd.DatetimeIndex(known.index)
        shares = half_year_shares(sessions, known["code"].to_numpy())
        told = pd.DataFrame(floor(shares, settings.outlook.floor), columns=list(SCENARIOS))
        yield told.assign(
            session=sessions, window=window.name, model=CEILING, fit_end=known["label_end"].max()
        )[OUTLOOK_COLUMNS]
