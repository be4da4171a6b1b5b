"""What every policy would have done, on the same days, late and after costs."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from models.evaluation.backtest import (
    held,
    max_drawdown,
    net_returns,
    performance,
    sharpe_difference,
)
from models.evaluation.intervals import Resampling
from pipeline.desk.holdings import Holding
from pipeline.desk.policy import TARGET, Policy, Seen, make_policies, see
from pipeline.desk.target import Array
from pipeline.settings.desk import DeskSettings

DELAYS = (0, 1, 5, 10)
"""Sessions between a decision and the position, each scored."""
DELAY = 1
"""The one that is compared: a fill at the close after the decision."""
COST = 0.001
COSTS = (0.0005, 0.001, 0.002)
"""Shares of the traded value, at `DELAY`."""
WAYS = tuple((band, delay) for band in (0.0, 0.05, 0.10, 0.15) for delay in (1, 2, 3, 5))
"""Bands and delays over which a difference to the plain target is averaged (16 books)."""
LONGEST = max(DELAYS)


def score_policies(
    days: pd.DataFrame,
    holdings: Mapping[str, Holding],
    bill: pd.Series,
    settings: DeskSettings,
    resampling: Resampling,
) -> dict[str, Any]:
    """Score every policy and yardstick on each holding.

    Parameters
    ----------
    days
        Evenings with an outlook out of sample, from `pipeline.desk.history.tiers`.
    holdings
        By name, each followed from the start of the data on.
    bill
        By session: what cash earned over it, as a fraction.
    settings
        Policies and the plain target.
    resampling
        Of the intervals.

    Returns
    -------
    dict
        ``policy``: the one that calls follow; ``holdings``: by holding, see `score_holding`.

    Raises
    ------
    ValueError
        Naming the holding whose returns are missing, or the policy that is none.
    """
    policies = make_policies(settings)
    return {
        "policy": settings.policy,
        "holdings": {
            name: score_holding(name, days, holding, bill, policies, settings, resampling)
            for name, holding in holdings.items()
        },
    }


def score_holding(  # noqa: PLR0913 - one holding is scored by exactly these
    name: str,
    days: pd.DataFrame,
    holding: Holding,
    bill: pd.Series,
    policies: Mapping[str, Policy],
    settings: DeskSettings,
    resampling: Resampling,
) -> dict[str, Any]:
    """Score every policy on one holding, all on the same days.

    Returns
    -------
    dict
        ``first``, ``last`` and ``sessions`` that are scored, and ``policies``: by name ``why``,
        ``yardstick``, ``delays`` and ``costs`` (fields of `Performance`), ``by_year`` (return and
        deepest fall) and ``over_target``: difference of Sharpe with its interval.
    """
    index, paths = wanted_paths(holding.returns, days, policies, settings)
    if len(index) < LONGEST + 3:
        raise ValueError(
            f"{name} has a volatility on {len(index)} of the {len(days)} evenings with an outlook; "
            f"at least {LONGEST + 3} are needed"
        )
    scored = index[LONGEST + 1 :]
    earned = _aligned(name, holding.earned(bill), scored)
    market = _Market(earned, _aligned("bill", bill, scored), scored)
    plain = market.ways(paths[TARGET])
    return {
        "first": f"{scored[0]:%Y-%m-%d}",
        "last": f"{scored[-1]:%Y-%m-%d}",
        "sessions": len(scored),
        "policies": {
            p: {
                "why": policy.why,
                "yardstick": policy.yardstick,
                **market.scores(paths[p][settings.target.band]),
                "over_target": _difference(market.ways(paths[p]), plain, resampling),
            }
            for p, policy in policies.items()
        },
    }


def wanted_paths(
    returns: pd.Series,
    days: pd.DataFrame,
    policies: Mapping[str, Policy],
    settings: DeskSettings,
) -> tuple[pd.DatetimeIndex, dict[str, dict[float, Array]]]:
    """What each policy wants to hold, evening by evening.

    Parameters
    ----------
    returns
        By session: of what is held.
    days, policies, settings
        As `score_holding`.

    Returns
    -------
    pandas.DatetimeIndex
        The n evenings on which the plain target is known; without any, no policy wants anything.
    dict
        Exposures, each of shape (n,), by policy and by band of the plain target.
    """
    bands = {settings.target.band, *(band for band, _delay in WAYS)}
    seen = {band: see(returns, days, settings.target, band) for band in bands}
    evenings = pd.DatetimeIndex(seen[settings.target.band].days.index)
    if evenings.empty:
        return evenings, {}
    return evenings, {name: _paths(policy, seen) for name, policy in policies.items()}


def _paths(policy: Policy, seen: Mapping[float, Seen]) -> dict[float, Array]:
    """Exposure by band of the target; a path that does not read it serves every band."""
    if policy.reads_target:
        return {band: policy.exposure(each) for band, each in seen.items()}
    return dict.fromkeys(seen, policy.exposure(next(iter(seen.values()))))


def _aligned(name: str, returns: pd.Series, sessions: pd.DatetimeIndex) -> Array:
    earned = returns.reindex(sessions)
    if earned.isna().any():
        absent = sessions[earned.isna()]
        raise ValueError(f"no return of {name} on {absent[0]:%Y-%m-%d} ({len(absent)} sessions)")
    return earned.to_numpy(dtype=float)


class _Market:
    """What a holding and cash earned on the sessions that are scored."""

    def __init__(self, returns: Array, bill: Array, sessions: pd.DatetimeIndex) -> None:
        self._returns, self._bill, self._years = returns, bill, sessions.year

    def scores(self, path: Array) -> dict[str, Any]:
        return {
            "delays": {str(delay): self._performance(path, delay, COST) for delay in DELAYS},
            "costs": {f"{1e4 * cost:.0f}": self._performance(path, DELAY, cost) for cost in COSTS},
            "by_year": self._by_year(path),
        }

    def ways(self, paths: Mapping[float, Array]) -> Array:
        """Daily returns above the bill, one column a band and delay."""
        return np.column_stack(
            [self._net(paths[band], delay, COST) - self._bill for band, delay in WAYS]
        )

    def _performance(self, path: Array, delay: int, cost: float) -> dict[str, Any]:
        return asdict(performance(held(path, delay, LONGEST), self._returns, self._bill, cost))

    def _net(self, path: Array, delay: int, cost: float) -> Array:
        return net_returns(held(path, delay, LONGEST), self._returns, self._bill, cost)

    def _by_year(self, path: Array) -> dict[str, dict[str, float]]:
        net, years = self._net(path, DELAY, COST), np.asarray(self._years)
        return {
            str(year): {
                "return": float(np.prod(1.0 + net[years == year]) - 1.0),
                "max_drawdown": max_drawdown(net[years == year]),
            }
            for year in np.unique(years)
        }


def _difference(ours: Array, plain: Array, settings: Resampling) -> dict[str, float | None]:
    value, low, high = sharpe_difference(ours, plain, settings)
    found = {"value": value, "low": low, "high": high}
    return {name: None if np.isnan(number) else number for name, number in found.items()}
