"""What the book moves with, in calm and in stress, and what sells best against it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from models.risk.exposure import Beta, measure
from models.risk.history import RETURNS, VIX, following
from pipeline.scoring.book.rules import NASDAQ, BookRules

COMPOSITE = "composite"
CALM, STRESS = "calm", "stress"
_SESSIONS = 756
"""Three years: long enough to hold some stress, short enough for what the book is like now."""
_LEAST_REMOVED = 0.01
"""Share of the book's variance that a hedge takes at least; less would cost more than it saves."""


def sensitivities(
    rules: BookRules,
    panel: pd.DataFrame,
    history: pd.DataFrame,
    composite: pd.Series,
    horizon: int,
) -> list[dict[str, Any]]:
    """Betas to the Nasdaq-100 and each hedge, a day's returns; to the composite, its windows.

    The last three years, parted by whether VIX stood above ``stress_vix``. The composite is in
    standard deviations of its label, so its beta is the book's return for one of them, with the
    sign of tightening; it holds prices that the book may hold too.
    """
    stressed = history[VIX] > rules.stress_vix
    returns = np.expm1(history[RETURNS])
    daily = {
        name: panel[name].pct_change(fill_method=None)
        for name in dict.fromkeys([NASDAQ, *rules.book.hedges])
    }
    moves = np.expm1(following(history, horizon))
    rows = [_row(name, returns, other, stressed) for name, other in daily.items()]
    return [*rows, _row(COMPOSITE, moves, composite.reindex(moves.index), stressed)]


def hedge(measured: Sequence[dict[str, Any]], instruments: Sequence[str]) -> dict[str, Any] | None:
    """The instrument that takes most of the book's variance away, and how much of it to sell.

    Its beta in stress, where a hedge is for; in calm where there was too little stress to
    measure. The ratio is of the book's value. None where none takes a hundredth of the variance.
    """
    by_name = {each["to"]: each for each in measured}
    for when in (STRESS, CALM):
        known = [n for n in instruments if _takes(by_name[n], when)]
        if known:
            best = max(known, key=lambda name: by_name[name][f"{when}_explained"])
            return {
                "instrument": best,
                "ratio": by_name[best][f"{when}_beta"],
                "removes": by_name[best][f"{when}_explained"],
                "measured_in": when,
            }
    return None


def _takes(measured: dict[str, Any], when: str) -> bool:
    beta, explained = measured[f"{when}_beta"], measured[f"{when}_explained"]
    return beta is not None and beta > 0.0 and explained >= _LEAST_REMOVED


def _row(name: str, book: pd.Series, other: pd.Series, stressed: pd.Series) -> dict[str, Any]:
    recent = book.iloc[-_SESSIONS:]
    calm, stress = measure(recent, other, ~stressed), measure(recent, other, stressed)
    return {"to": name} | _figures(CALM, calm) | _figures(STRESS, stress)


def _figures(when: str, beta: Beta) -> dict[str, Any]:
    known = not np.isnan(beta.beta)
    return {
        f"{when}_beta": beta.beta if known else None,
        f"{when}_explained": beta.explained if known else None,
        f"{when}_sessions": beta.sessions,
    }
