"""What each tier was followed by over the out-of-sample history (S39)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

WORST = 0.10
"""Share of the moves below ``worst_tenth``."""


def measure_tiers(judged: pd.DataFrame, prices: pd.DataFrame, ahead: int) -> dict[str, Any]:
    """How large the moves were that followed each tier, and how often each was given.

    Parameters
    ----------
    judged
        From `pipeline.desk.history.tiers`.
    prices
        By session: values of what is followed.
    ahead
        Sessions that followed, of the window by which calls are checked.

    Returns
    -------
    dict
        ``by_tier``: sessions, and of each price the mean, standard deviation and worst tenth
        (the 10 % quantile, a fraction) over the sessions that followed; ``by_year``: sessions in
        each tier; shares of each of ``actions`` and ``events``.
    """
    following = (prices.shift(-ahead) / prices - 1.0).reindex(judged.index)
    return {
        "ahead": ahead,
        "by_tier": {
            str(level): {
                "sessions": len(rows),
                **{str(name): _moments(rows[name]) for name in following},
            }
            for level, rows in following.groupby(judged["tier"])
        },
        "by_year": _by_year(judged["tier"]),
        "actions": _shares(judged["action"]),
        "events": _shares(judged["event_kind"]),
    }


def _moments(moves: pd.Series) -> Mapping[str, float | None]:
    figures = (moves.mean(), moves.std(), moves.quantile(WORST))
    numbers = np.asarray(figures, dtype=float).tolist()
    told = [None if np.isnan(number) else number for number in numbers]
    return dict(zip(("mean", "std", "worst_tenth"), told, strict=True))


def _by_year(tier: pd.Series) -> dict[str, dict[str, int]]:
    counts = pd.crosstab(pd.DatetimeIndex(tier.index).year, tier)
    return {
        str(year): {str(level): int(count) for level, count in row.items()}
        for year, row in counts.iterrows()
    }


def _shares(answers: pd.Series) -> dict[str, float]:
    return {str(a): float(share) for a, share in answers.value_counts(normalize=True).items()}
