"""Out-of-sample distributions of a book, refitted where the outlook was."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from models.risk.approach import approach
from models.risk.history import RETURNS, following
from models.risk.sample import Array

LEVELS: Array = np.array([0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99])
"""Quantiles that are forecast."""

VAR, SHORTFALL, OUTCOME = "var", "shortfall", "outcome"


Tables = dict[str, pd.DataFrame]
"""By approach, by session: `VAR` and `SHORTFALL` as returns, and one column a level of `LEVELS`."""


Asked = tuple[pd.Timestamp, pd.DataFrame]
"""A refit: the last session that it may learn from, and by session the outlook it is asked for."""


@dataclass(frozen=True, eq=False)
class BookProblem:
    """What every refit of a book learns from, each as far as it may.

    Attributes
    ----------
    names
        Approaches.
    horizon
        Sessions.
    level
        Tail probability.
    history
        See `models.risk.history`.
    scenarios
        By session: ``scenario`` and ``label_end``, where what the book did is known.
    """

    names: Sequence[str]
    horizon: int
    level: float
    history: pd.DataFrame
    scenarios: pd.DataFrame

    def trained(self, fit_end: pd.Timestamp) -> pd.Series:
        """Scenarios of the sessions that a refit may learn from, which are their index."""
        ended = self.scenarios.loc[self.scenarios["label_end"] <= fit_end, "scenario"]
        return ended.loc[self.history[RETURNS].first_valid_index() :]

    def forecast(self, fit_end: pd.Timestamp, asked: pd.DataFrame) -> Tables:
        """Fit every approach on what was known at ``fit_end``, and forecast the asked sessions."""
        past, trained = self.history.loc[:fit_end], self.trained(fit_end)
        recent = self.history.loc[: asked.index[-1]]
        tables = {}
        # How many threads share a sum of products moves its last bits.
        with threadpool_limits(1, "blas"):
            for name in self.names:
                sample = approach(name, self.horizon).fit(past, trained).predict(recent, asked)
                var, shortfall = sample.tail(self.level)
                table = pd.DataFrame(sample.quantiles(LEVELS), asked.index, LEVELS.tolist())
                tables[name] = table.assign(**{VAR: var, SHORTFALL: shortfall})
        return tables


Spread = Callable[[BookProblem, Sequence[Asked]], Iterable[Tables]]
"""How refits are forecast: `in_turn`, or what gives the same elsewhere; in their order."""


def in_turn(problem: BookProblem, refits: Sequence[Asked]) -> Iterator[Tables]:
    """Forecast one refit after the other."""
    return (problem.forecast(*refit) for refit in refits)


def forecast_tails(  # noqa: PLR0913 - a walk-forward is of exactly these
    names: Sequence[str],
    history: pd.DataFrame,
    scenarios: pd.DataFrame,
    outlook: pd.DataFrame,
    *,
    horizon: int,
    level: float,
    min_train: int,
    spread: Spread = in_turn,
) -> Tables:
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
    spread
        How refits are forecast.

    Returns
    -------
    dict of DataFrame
        `Tables`, with ``outcome`` (a return, NaN where not yet known) beside each row; a frame
        without rows or columns where no refit has enough to learn from.
    """
    outcome = np.expm1(following(history, horizon))
    known = scenarios[outcome.reindex(scenarios.index).notna().to_numpy()]
    problem = BookProblem(names, horizon, level, history, known)
    made = list(spread(problem, list(_refits(problem, outlook, min_train))))
    if not made:
        return {name: pd.DataFrame() for name in names}
    return {
        name: pd.concat([tables[name] for tables in made]).assign(**{OUTCOME: outcome})
        for name in names
    }


def _refits(problem: BookProblem, outlook: pd.DataFrame, min_train: int) -> Iterator[Asked]:
    """Each refit that has enough to learn from, with what it is asked for."""
    for _, asked in outlook.groupby("fit_end"):
        fit_end = asked["fit_end"].iloc[0]
        priced = asked[problem.history.reindex(asked.index).notna().all(axis=1)]
        if len(priced) and len(problem.trained(fit_end)) >= min_train:
            yield fit_end, priced
