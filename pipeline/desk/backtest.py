"""What the tiers would have done over the out-of-sample history, with costs and delays (S39)."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from models.evaluation.backtest import BacktestSettings, tier_backtest
from pipeline.desk.history import tiers
from pipeline.desk.tier import exposure
from pipeline.settings.desk import DeskSettings

ASSET = "spy"
FOLLOWED = ("spy", "qqq", "btc")


def backtest_tiers(  # noqa: PLR0913 - history is judged by exactly these
    outlook: pd.DataFrame,
    states: pd.DataFrame,
    values: pd.DataFrame,
    prices: pd.DataFrame,
    settings: DeskSettings,
    ahead: int,
) -> dict[str, Any]:
    """Tiers of every out-of-sample session, and what they would have done to the S&P 500.

    Parameters
    ----------
    outlook, states
        Rows of ``data/outlook.parquet`` and ``data/states.parquet``.
    values
        Features by session.
    prices
        Closes of `FOLLOWED` by session.
    settings
        The rules.
    ahead
        Sessions that followed, of the window by which calls are checked.

    Returns
    -------
    dict
        ``tiers`` and ``volatility_target`` (the exposure without the tiers: what they must beat),
        each by delay beside ``buy_and_hold`` and ``constant``; ``by_tier``: sessions, mean return
        and volatility over the sessions that followed; ``by_year``: sessions in each tier.
    """
    judged = tiers(outlook, states, values, settings)
    earned = prices[ASSET].pct_change(fill_method=None)
    alone = values[settings.tier.volatility].reindex(judged.index)
    alone = alone.map(lambda volatility: exposure(0, volatility, settings.tier))
    return {
        "tiers": tier_backtest(judged["exposure"], earned, BacktestSettings()),
        "volatility_target": tier_backtest(alone, earned, BacktestSettings()),
        "by_tier": _by_tier(judged["tier"], prices, ahead),
        "by_year": _by_year(judged["tier"]),
        "actions": _shares(judged["action"]),
        "events": _shares(judged["event_kind"]),
    }


def _by_tier(tier: pd.Series, prices: pd.DataFrame, ahead: int) -> dict[str, Any]:
    following = (prices.shift(-ahead) / prices - 1.0).reindex(tier.index)
    return {
        str(level): {
            "sessions": len(rows),
            **{name: _moments(rows[name]) for name in FOLLOWED},
        }
        for level, rows in following.groupby(tier)
    }


def _moments(moves: pd.Series) -> Mapping[str, float | None]:
    numbers = {"mean": moves.mean(), "std": moves.std(), "worst": moves.min()}
    return {name: None if np.isnan(number) else float(number) for name, number in numbers.items()}


def _by_year(tier: pd.Series) -> dict[str, dict[str, int]]:
    counts = pd.crosstab(pd.DatetimeIndex(tier.index).year, tier)
    return {
        str(year): {str(level): int(count) for level, count in row.items()}
        for year, row in counts.iterrows()
    }


def _shares(answers: pd.Series) -> dict[str, float]:
    return {str(a): float(share) for a, share in answers.value_counts(normalize=True).items()}
