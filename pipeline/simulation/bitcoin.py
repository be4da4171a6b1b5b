"""Bitcoin day by day: a price with leverage behind it, and the liquidation flywheel (S19).

A fall liquidates longs; their forced selling moves the price further (slippage); open interest
compresses and volatility rises; while leverage is not flushed out a second wave follows, and once
it is, the price bounces.
"""

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.simulation.equity_market import EquityMarket
from pipeline.simulation.randomness import Array, heavy_tailed, stream
from pipeline.simulation.recursions import stationary
from pipeline.simulation.regimes import Regimes
from pipeline.simulation.timeline import Timeline

BIRTH = pd.Timestamp("2014-09-17")
_FIRST_PRICE = 457.33
_SUPPLY = 19e6
_LEVERAGE = 0.018
"""Open interest over market value in plain times."""

_STEP = 0.029
"""Daily standard deviation of bitcoin's own log return in a plain market."""
_WEEKEND = 0.75
_SESSIONS_A_DAY = 252.0 / 365.0
_REGIME_VOLATILITY = (0.76, 1.35, 0.95)
_PLAIN_BETA, _BETA = 1.0, (0.5, 2.0, 1.0)
"""Beta to the equity market in pure noise, and by regime: one risk book under stress."""

_FLUSHED = -0.15
"""Log leverage, against plain times, below which the weak hands are gone."""


@dataclass(frozen=True)
class Bitcoin:
    """One element a calendar day.

    Attributes
    ----------
    days
        Dates; a day runs from 00:00 to 24:00 UTC.
    session
        Position of the latest session at each day.
    trading
        Whether the day is a session.
    returns, volatility
        Log return, and the standard deviation it was drawn with.
    price
        Close in USD.
    leverage
        Log of open interest over market value, against plain times.
    long_share, short_share
        Parts of open interest liquidated over the day.
    """

    days: pd.DatetimeIndex
    session: NDArray[np.int64]
    trading: NDArray[np.bool_]
    returns: Array
    volatility: Array
    price: Array
    leverage: Array
    long_share: Array
    short_share: Array

    def since(self, first: pd.Timestamp) -> "Bitcoin":
        """The same from a later day on."""
        kept = self.days >= first
        return Bitcoin(*(getattr(self, column.name)[kept] for column in fields(self)))

    @property
    def open_interest(self) -> Array:
        """Open interest at the day's end, all exchanges, in USD."""
        return _SUPPLY * self.price * _LEVERAGE * np.exp(self.leverage)


@dataclass
class _Tape:
    """The flywheel: what today leaves behind for tomorrow."""

    signal: float
    deviation: float = 0.0
    leverage: float = 0.0
    ratio: float = 1.0
    wave: float = 0.0

    def step(
        self, drift: float, volatility: float, shock: float, common: float, appetite: float
    ) -> tuple[float, float, float, float, float]:
        """One day: return, its volatility, leverage, and shares of longs and shorts liquidated."""
        deviation = volatility * self.ratio**0.5
        move = drift + self.wave - 0.003 * self.deviation + common + deviation * shock
        heat = float(np.exp(self.leverage))
        longs = min(heat * (0.0012 + 0.45 * max(0.0, -move - 0.025)), 0.3)
        shorts = min(heat * (0.0010 + 0.30 * max(0.0, move - 0.03)), 0.3)
        slippage = self.signal * 0.6 * max(0.0, longs - 0.004)
        squeeze = self.signal * 0.3 * max(0.0, shorts - 0.004)
        move += squeeze - slippage
        self.leverage += 0.03 * (appetite - self.leverage) - 1.6 * (longs + shorts - 0.0022)
        flushed = self.leverage < _FLUSHED
        self.wave = slippage * (0.4 if flushed else -0.6)
        self.deviation += move
        self._cluster(min(abs(move - drift) / deviation, 6.0))
        return move, deviation, self.leverage, longs, shorts

    def _cluster(self, surprise: float) -> None:
        """Let volatility follow the day's surprise and then fade, within bounds."""
        change = 0.06 * self.ratio * (surprise**2 - 1.0) + 0.04 * (1.0 - self.ratio)
        self.ratio = min(max(self.ratio + self.signal * change, 0.3), 5.0)


def simulate(timeline: Timeline, regimes: Regimes, market: EquityMarket, seed: int) -> Bitcoin:
    """Draw the path from bitcoin's birth, or from the market's start when that is later."""
    days = timeline.days[timeline.days >= BIRTH]
    session = timeline.latest_session(days)
    trading = np.asarray(days.isin(timeline.sessions))
    draws = heavy_tailed(stream(seed, "bitcoin"), (len(days), 4), 4.5)
    shock, slow, demand, churn = draws.T
    volatility = _STEP * regimes.scale(_REGIME_VOLATILITY)[session]
    volatility = volatility * np.exp(regimes.signal * stationary(slow, 0.995, 0.25))
    volatility = volatility * np.where(days.day_of_week >= 5, _WEEKEND, 1.0)
    beta = _PLAIN_BETA + regimes.signal * (regimes.pick(_BETA) - _PLAIN_BETA)
    common = np.where(trading, (beta * market.volatility * market.shock)[session], 0.0)
    drift = -regimes.tilt[session] * 1.2 * _STEP * _SESSIONS_A_DAY
    appetite = stationary(demand, 0.985, 0.25) + 0.30 * regimes.pressure[session] + 0.6 * churn
    tape = _Tape(regimes.signal)
    columns = [drift, volatility, shock, common, appetite]
    rows = [tape.step(*row) for row in zip(*(c.tolist() for c in columns), strict=True)]
    moves, deviations, leverage, longs, shorts = np.array(rows).reshape(-1, 5).T
    returns = moves + _growth(days)
    price = _FIRST_PRICE * np.exp(np.cumsum(returns))
    return Bitcoin(days, session, trading, returns, deviations, price, leverage, longs, shorts)


def _growth(days: pd.DatetimeIndex) -> Array:
    """Daily log growth that slows as the market matures: 6.6 in all, with a scale of 7 years."""
    age = np.asarray((days - BIRTH).days, dtype=float)
    return 6.6 / 2600.0 * np.exp(-age / 2600.0)
