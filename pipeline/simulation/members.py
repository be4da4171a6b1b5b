"""Member stocks: births, prices, classification and index membership; the tickers are invented."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.simulation.equity_market import MARKET_GROWTH
from pipeline.simulation.factors import Factors
from pipeline.simulation.industries import Industry, industries
from pipeline.simulation.randomness import Array, heavy_tailed, stream

_LEADERS = 8
"""Mega-caps, the first of the members: old, always in the index, watched for their earnings."""
_IN_INDEX = 0.7
_BORN_LATER = 0.35
_LAST_BIRTH = pd.Timestamp("2022-01-01")
_FRIDAY = 4


@dataclass(frozen=True)
class Members:
    """Raw series of the members.

    Attributes
    ----------
    prices
        ``date`` and one column of adjusted closes a ticker, missing before its birth.
    meta
        Sector, industry and index membership, one row a ticker.
    changes
        Index additions and removals by effective date.
    leaders
        Tickers of the mega-caps.
    """

    prices: pd.DataFrame
    meta: pd.DataFrame
    changes: pd.DataFrame
    leaders: tuple[str, ...]


def simulate(sessions: pd.DatetimeIndex, factors: Factors, count: int, seed: int) -> Members:
    """Draw ``count`` members; which they are and when born depends on seed and start alone."""
    kinds = industries(count)
    tickers = [f"{kind.prefix}{number:02d}" for number, kind in enumerate(kinds, start=1)]
    traits = stream(seed, "traits").random((count, 5))
    in_index = (traits[:, 4] < _IN_INDEX) | (np.arange(count) < _LEADERS)
    births = _births(sessions[0], traits[:, 0])
    paths = np.cumsum(_returns(factors, kinds, traits, seed), axis=0)
    prices = pd.DataFrame(4.0 * 15.0 ** traits[:, 1] * np.exp(paths), sessions, tickers).round(4)
    prices = prices.where(sessions.to_numpy()[:, None] >= births.to_numpy()[None, :])
    meta = pd.DataFrame(
        {
            "ticker": tickers,
            "sector": [kind.sector for kind in kinds],
            "industry": [kind.name for kind in kinds],
            "ndx_ever": in_index,
            "in_tech_panel": True,
        }
    )
    young = pd.Series(births, tickers)[in_index & (births > sessions[0])]
    changes = _changes(sessions, young.sort_values(), seed)
    panel = prices.rename_axis("date").reset_index()
    return Members(panel, meta, changes, tuple(tickers[:_LEADERS]))


def _returns(factors: Factors, kinds: list[Industry], traits: Array, seed: int) -> Array:
    """Log returns, sessions in rows: the stock's own move, then its share of every factor.

    As pressure builds the leaders hold the index while the others slip: narrowness.
    """
    count = len(kinds)
    total = heavy_tailed(stream(seed, "stocks"), (len(factors.returns), count), 4.0)
    total *= (0.011 + 0.012 * traits[:, 2]) * factors.stock_scale[:, None]
    strength = 0.8 + 0.4 * traits[:, 3]
    for name, path in factors.returns.items():
        loadings = strength * [kind.loadings.get(str(name), 0.0) for kind in kinds]
        total += path.to_numpy()[:, None] * loadings
    slips = np.where(np.arange(count) < _LEADERS, -1.0, 1.0)
    return total + MARKET_GROWTH - 0.0016 * factors.lean[:, None] * slips


def _births(start: pd.Timestamp, draws: Array) -> pd.DatetimeIndex:
    """Listing dates: most at the start, the rest spread evenly up to the last birth."""
    later = (draws < _BORN_LATER) & (np.arange(len(draws)) >= _LEADERS)
    share = np.where(later, draws / _BORN_LATER, 0.0)
    span = max(_LAST_BIRTH - start, pd.Timedelta(0))
    return pd.DatetimeIndex(start + span * share).normalize()


def _changes(sessions: pd.DatetimeIndex, young: pd.Series, seed: int) -> pd.DataFrame:
    """Each December those listed since the last change enter, and as many outsiders leave.

    Who leaves is not a member: the panel is one of survivors, as the real one. In most Decembers
    without an entrant one leaves all the same.

    Parameters
    ----------
    young
        Birth of each ticker that is to enter, in order.
    """
    dates = [_yearly_change(year) for year in range(sessions[0].year, sessions[-1].year + 1)]
    quiet = stream(seed, "index changes").random(len(dates)) < 0.1
    rows: list[dict[str, object]] = []
    before = sessions[0]
    for date, skipped in zip(dates, quiet.tolist(), strict=True):
        entering: list[object] = list(young.index[(young >= before) & (young < date)])
        if not entering and not skipped:
            entering = [None]
        for place, ticker in enumerate(entering, start=1):
            removed = f"OUT{date:%y}{place}"
            rows.append({"date": date, "added_ticker": ticker, "removed_ticker": removed})
        before = date
    columns = {"date": "datetime64[ns]", "added_ticker": "str", "removed_ticker": "str"}
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def _yearly_change(year: int) -> pd.Timestamp:
    """Monday after the third Friday of December, when the yearly change takes effect."""
    middle = pd.Timestamp(year, 12, 15)
    third_friday = middle + pd.Timedelta(days=(_FRIDAY - middle.weekday()) % 7)
    return third_friday + pd.Timedelta(days=3)
