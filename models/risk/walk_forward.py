"""Out-of-sample distributions of a book, refitted where the outlook was."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from models.risk.approach import Approach, approach
from models.risk.history import RETURNS, following
from models.risk.sample import Array

LEVELS: Array = np.array([0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99])
"""Quantiles that are forecast."""

VAR, SHORTFALL, OUTCOME = "var", "shortfall", "outcome"


Tables = dict[str, pd.DataFrame]
"""By approach, by session: `VAR` and `SHORTFALL` as returns, and one column a level of `LEVELS`."""


@dataclass(frozen=True, eq=False)
class Refit:
    """One refit of every approach and the sessions that it is asked for; it holds nothing later.

    Attributes
    ----------
    names
        Approaches.
    horizon
        Sessions.
    level
        Tail probability.
    history
        See `models.risk.history`; to the last asked session.
    fit_end
        Last session whose return may be learned from.
    trained
        Scenarios of the training sessions, which are its index.
    asked
        By session, the outlook.
    """

    names: Sequence[str]
    horizon: int
    level: float
    history: pd.DataFrame
    fit_end: pd.Timestamp
    trained: pd.Series
    asked: pd.DataFrame

    def forecast(self) -> Tables:
        """Fit every approach and forecast the asked sessions."""
        # How many threads share a sum of products moves its last bits.
        with threadpool_limits(1, "blas"):
            return {name: self._table(approach(name, self.horizon)) for name in self.names}

    def _table(self, unfitted: Approach) -> pd.DataFrame:
        fitted = unfitted.fit(self.history.loc[: self.fit_end], self.trained)
        sample = fitted.predict(self.history, self.asked)
        var, shortfall = sample.tail(self.level)
        table = pd.DataFrame(sample.quantiles(LEVELS), self.asked.index, LEVELS.tolist())
        return table.assign(**{VAR: var, SHORTFALL: shortfall})


Spread = Callable[[Sequence[Refit]], Iterable[Tables]]
"""How refits are forecast: `in_turn`, or what gives the same elsewhere; in their order."""


def in_turn(refits: Sequence[Refit]) -> Iterator[Tables]:
    """Forecast one refit after the other."""
    return (refit.forecast() for refit in refits)


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
    refits = [
        Refit(names, horizon, level, history.loc[: asked.index[-1]], fit_end, trained, asked)
        for fit_end, trained, asked in _refits(history, known, outlook, min_train)
    ]
    made = list(spread(refits))
    if not made:
        return {name: pd.DataFrame() for name in names}
    return {
        name: pd.concat([tables[name] for tables in made]).assign(**{OUTCOME: outcome})
        for name in names
    }


def _refits(
    history: pd.DataFrame, known: pd.DataFrame, outlook: pd.DataFrame, min_train: int
) -> Iterator[tuple[pd.Timestamp, pd.Series, pd.DataFrame]]:
    """Each refit's last session, its training scenarios, and the outlook that it is asked for."""
    begins = history[RETURNS].first_valid_index()
    for _, asked in outlook.groupby("fit_end"):
        fit_end = asked["fit_end"].iloc[0]
        trained = known.loc[known["label_end"] <= fit_end, "scenario"]
        priced = asked[history.reindex(asked.index).notna().all(axis=1)]
        if len(priced) and len(trained.loc[begins:]) >= min_train:
            yield fit_end, trained.loc[begins:], priced
