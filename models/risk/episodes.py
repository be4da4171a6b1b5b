"""What happened to a book in the past windows of each scenario, and in how many episodes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.scenarios import SCENARIOS


@dataclass(frozen=True)
class Past:
    """The book over the windows of one scenario.

    Attributes
    ----------
    sessions
        Windows, one from each evening; they overlap.
    episodes
        How many separate times they are of: windows that overlap are of one.
    median, worst, best
        Returns of the book, as fractions; NaN for no window.
    lost
        Share of windows in which it lost, as a fraction; NaN for none.
    """

    sessions: int
    episodes: int
    median: float
    worst: float
    best: float
    lost: float


def past_windows(outcomes: pd.Series, scenarios: pd.Series, horizon: int) -> dict[str, Past]:
    """Describe the book's returns by what the windows turned out to be.

    Parameters
    ----------
    outcomes
        By consecutive session: simple return of the book over the ``horizon`` sessions after it,
        NaN where not known.
    scenarios
        By session: the scenario of the same window, where it was known.
    horizon
        Sessions.
    """
    happened = scenarios.reindex(outcomes.index).where(outcomes.notna())
    found = {name: np.flatnonzero(happened == name) for name in SCENARIOS}
    return {
        name: _describe(outcomes.iloc[places], 1 + int((np.diff(places) >= horizon).sum()))
        for name, places in found.items()
    }


def _describe(moves: pd.Series, episodes: int) -> Past:
    if moves.empty:
        return Past(0, 0, *[float("nan")] * 4)
    return Past(
        sessions=len(moves),
        episodes=episodes,
        median=float(moves.median()),
        worst=float(moves.min()),
        best=float(moves.max()),
        lost=float((moves < 0).mean()),
    )
