"""Out-of-sample distributions of a book, refitted where the outlook was."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from models.risk.approach import approach
from models.risk.history import RETURNS, following
from models.risk.sample import Array

LEVELS: Array = np.array([0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99])
"""Quantiles that are forecast."""

VAR, SHORTFALL, OUTCOME = "var", "shortfall", "outcome"


def forecast_tails(  # noqa: PLR0913 - a walk-forward is of exactly these
    names: Sequence[str],
    history: pd.DataFrame,
    scenarios: pd.DataFrame,
    outlook: pd.DataFrame,
    *,
    horizon: int,
    level: float,
    min_train: int,
) -> dict[str, pd.DataFrame]:
    """Forecast the book at each session of the outlook by each approach, on the same sessions.

    Parameters
    ----------
    names
        Approaches.
    history
        See `models.risk.history`.
    scenarios
        By session: ``scenario`` and ``label_end`` of the window that the outlook is of.
    outlook
        By session: out-of-sample ``base, tightening_shock, reflation`` and ``fit_end``. A refit
        learns from labels that end no later than its ``fit_end``, and from returns up to it: the
        outlook's own purge and embargo.
    horizon
        Sessions, which must be those of the outlook's window.
    level
        Tail probability of value at risk and expected shortfall.
    min_train
        Fewest training sessions of a refit; sessions of refits with fewer are not forecast.

    Returns
    -------
    dict of DataFrame
        By approach, by session: ``var``, ``shortfall``, ``outcome`` (NaN where not yet known) as
        returns, and one column a level of `LEVELS`.
    """
    outcome = np.expm1(following(history, horizon))
    known = scenarios[outcome.reindex(scenarios.index).notna().to_numpy()]
    tables: dict[str, list[pd.DataFrame]] = {name: [] for name in names}
    for past, trained, asked in _refits(history, known, outlook, min_train):
        for name, parts in tables.items():
            fitted = approach(name, horizon).fit(past, trained)
            sample = fitted.predict(history.loc[: asked.index[-1]], asked)
            var, shortfall = sample.tail(level)
            table = pd.DataFrame(sample.quantiles(LEVELS), asked.index, LEVELS.tolist())
            parts.append(table.assign(**{VAR: var, SHORTFALL: shortfall}))
    return {
        name: pd.concat(parts).assign(**{OUTCOME: outcome}) if parts else pd.DataFrame()
        for name, parts in tables.items()
    }


def _refits(
    history: pd.DataFrame, known: pd.DataFrame, outlook: pd.DataFrame, min_train: int
) -> Iterator[tuple[pd.DataFrame, pd.Series, pd.DataFrame]]:
    """What each refit may know, its training scenarios, and the outlook that it is asked for."""
    begins = history[RETURNS].first_valid_index()
    for fit_end, asked in outlook.groupby("fit_end"):
        trained = known.loc[known["label_end"] <= fit_end, "scenario"]
        priced = asked[history.reindex(asked.index).notna().all(axis=1)]
        if len(priced) and len(trained.loc[begins:]) >= min_train:
            yield history.loc[:fit_end], trained.loc[begins:], priced
