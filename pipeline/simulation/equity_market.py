"""The equity market: one return a session, its volatility, and the VIX that prices it."""

from dataclasses import dataclass

import numpy as np

from pipeline.simulation.randomness import Array, heavy_tailed, stream
from pipeline.simulation.recursions import autoregress, garch, stationary
from pipeline.simulation.regimes import Regimes

SESSIONS_A_YEAR = 252.0
MARKET_VOLATILITY = 0.0105
"""Daily standard deviation of the market where no regime, cycle or clustering moves it."""

_REGIME_VOLATILITY = (0.68, 1.85, 0.84)
_CYCLE = 0.26
"""Standard deviation of the log of slow volatility: calm years and nervous ones."""
MARKET_GROWTH = 0.00045
"""Daily log growth of every stock before regimes tilt it."""
_PREMIUM = 1.12
"""Implied over expected volatility: what sellers of options ask."""
_FLOOR, _SLOPE, _HIGHEST_VIX = 5.5, 0.76, 110.0
"""Options are never free, and are relatively cheap in a panic; the record is 83."""


@dataclass(frozen=True)
class EquityMarket:
    """One element a session.

    Attributes
    ----------
    shock
        Unit-variance innovation; negative on risk-off days.
    volatility
        Conditional standard deviation of the day's log return.
    returns
        Log return of the market.
    vix
        Annualised percent.
    """

    shock: Array
    volatility: Array
    returns: Array
    vix: Array

    @property
    def stress(self) -> Array:
        """Conditional volatility over its plain level; 1 in pure noise."""
        return self.volatility / MARKET_VOLATILITY


def simulate(regimes: Regimes, seed: int) -> EquityMarket:
    """Draw the market's path."""
    draws = stream(seed, "equity market")
    shock, own, slow = heavy_tailed(draws, (len(regimes.codes), 3)).T
    level = MARKET_VOLATILITY * regimes.scale(_REGIME_VOLATILITY)
    level = level * np.exp(regimes.signal * stationary(slow, 0.997, _CYCLE))
    ratio = garch(
        shock,
        reaction=0.02 * regimes.signal,
        asymmetry=0.09 * regimes.signal,
        persistence=0.90,
    )
    volatility = level * np.sqrt(ratio[:-1])
    tilt = regimes.tilt * MARKET_VOLATILITY * 1.2
    beyond = autoregress(volatility * shock - tilt, 1.0 - regimes.blend(0.0003, 0.002))
    returns = MARKET_GROWTH + np.diff(beyond, prepend=0.0)
    return EquityMarket(shock, volatility, returns, _vix(regimes, level, ratio[1:], shock, own))


def _vix(regimes: Regimes, level: Array, ratio: Array, shock: Array, own: Array) -> Array:
    """Price the coming month's volatility, with a mood of its own that falls when stocks rise."""
    expected = level * np.sqrt(0.45 + 0.55 * ratio)
    fair = 100.0 * np.sqrt(SESSIONS_A_YEAR) * _PREMIUM * expected
    size = regimes.blend(0.018, 0.066)
    mood = size * (0.5 * own - 0.87 * shock)
    own_path = autoregress(mood, regimes.blend(0.998, 0.87))
    return np.minimum(_FLOOR + _SLOPE * fair * np.exp(own_path), _HIGHEST_VIX)
