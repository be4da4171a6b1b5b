"""Approaches to a book's tail, held against each other on the same sessions."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from models.evaluation.intervals import Resampling, bootstrap_means
from models.evaluation.tails import Array, coverage, fz0_losses, pinball_losses


def compare_tails(  # noqa: PLR0913 - a comparison is of exactly these
    forecasts: Mapping[str, pd.DataFrame],
    chosen: str,
    *,
    levels: Array,
    level: float,
    horizon: int,
    settings: Resampling,
) -> dict[str, dict[str, Any]]:
    """Scores of every approach where all have a forecast whose outcome is known.

    Parameters
    ----------
    forecasts
        By approach, by session: ``var``, ``shortfall``, ``outcome`` and a column a level.
    chosen
        Approach that the others are compared with.
    levels
        Of the quantiles.
    level, horizon
        Of value at risk and expected shortfall; sessions that an outcome spans.
    settings
        Of the bootstrap.

    Returns
    -------
    dict
        By approach: ``fz0``, ``pinball`` (mean losses, lower is better), ``hits``, ``kupiec_p``,
        ``christoffersen_p``, and ``over_chosen``: mean FZ0 less that of the chosen approach
        (positive: the chosen one is better) with its ``over_chosen_interval``, None on fewer
        sessions than two blocks. Empty for no session.
    """
    sessions = _shared(forecasts)
    if not len(sessions):
        return {}
    rows = {name: table.loc[sessions] for name, table in forecasts.items()}
    losses = {name: tail_losses(table, level) for name, table in rows.items()}
    return {
        name: {
            "fz0": float(losses[name].mean()),
            "pinball": _pinball(table, levels),
            **_coverage(table, level, horizon),
            **_difference(losses[name] - losses[chosen], settings),
        }
        for name, table in rows.items()
    }


def tail_losses(table: pd.DataFrame, level: float) -> Array:
    """FZ0 loss of each session of a table of `compare_tails`."""
    outcome, var, shortfall = (table[n].to_numpy() for n in ("outcome", "var", "shortfall"))
    return fz0_losses(outcome, var, shortfall, level)


def _shared(forecasts: Mapping[str, pd.DataFrame]) -> pd.Index:
    whole = [table.dropna().index for table in forecasts.values()]
    shared = whole[0]
    for each in whole[1:]:
        shared = shared.intersection(each)
    return shared


def _pinball(table: pd.DataFrame, levels: Array) -> float:
    quantiles = table[levels.tolist()].to_numpy()
    return float(pinball_losses(table["outcome"].to_numpy(), quantiles, levels).mean())


def _coverage(table: pd.DataFrame, level: float, horizon: int) -> dict[str, float]:
    hits = (table["outcome"] <= table["var"]).to_numpy()
    found = asdict(coverage(hits, level, horizon))
    return {"hits": found.pop("share"), **found}


def _difference(off: Array, settings: Resampling) -> dict[str, Any]:
    interval = None
    if len(off) >= 2 * settings.block:
        outside = (1.0 - settings.level) / 2
        drawn = bootstrap_means(off[:, np.newaxis], settings)[:, 0]
        interval = np.quantile(drawn, [outside, 1.0 - outside]).tolist()
    return {"over_chosen": float(off.mean()), "over_chosen_interval": interval}
