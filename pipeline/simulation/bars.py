"""Crypto bars: an hourly path that ends each day where the day ends, and longer bars made of it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.simulation.bitcoin import Bitcoin
from pipeline.simulation.randomness import Array, heavy_tailed, stream
from pipeline.simulation.recursions import autoregress

_MORNING = (5.4, 5.9, 4.7, 3.8, 3.5, 3.6, 4.2, 4.1, 4.3, 3.9, 3.7, 3.9)
_AFTERNOON = (4.6, 5.8, 7.8, 7.0, 5.5, 6.2, 5.9, 6.2, 5.7, 5.3, 5.5, 4.1)
_PROFILE = np.array([*_MORNING, *_AFTERNOON])
"""Relative volatility of the 24 hours, UTC; highest as New York opens."""
_VARIANCE_SHARE = _PROFILE**2 / (_PROFILE**2).sum()
_ROUNDED = ("open", "high", "low", "close", "volume")
_OPEN_HOURS = np.isin(np.arange(24), np.arange(14, 21))
ETHER_BIRTH = pd.Timestamp("2017-08-17")
_ETHER_SHARE = 0.07
"""First price of ether over bitcoin's."""
_ETHER_STEP, _ETHER_PULL = 0.028, 0.003
"""Daily standard deviation of the log of ether over bitcoin, and its daily pull back."""
_PLAIN_VOLATILITY = 0.025


@dataclass(frozen=True)
class Bars:
    """Hourly bars, days in rows and the 24 hours in columns; volume in USD."""

    days: pd.DatetimeIndex
    open: Array
    high: Array
    low: Array
    close: Array
    volume: Array

    def aggregate(self, hours: int, *, in_coins: bool) -> pd.DataFrame:
        """Raw bars of ``hours`` each (a divisor of 24), stamped at their open.

        Parameters
        ----------
        in_coins
            Whether volume counts coins instead of USD.
        """
        starts = self.days.tz_localize("UTC").repeat(24 // hours)
        offsets = np.tile(np.arange(0, 24, hours), len(self.days))
        volume = self.volume / self.close if in_coins else self.volume
        return pd.DataFrame(
            {
                "time": starts + pd.to_timedelta(offsets, unit="h"),
                "open": self.open.reshape(-1, hours)[:, 0],
                "high": self.high.reshape(-1, hours).max(axis=1),
                "low": self.low.reshape(-1, hours).min(axis=1),
                "close": self.close.reshape(-1, hours)[:, -1],
                "volume": volume.reshape(-1, hours).sum(axis=1),
            }
        ).round(dict.fromkeys(_ROUNDED, 2))


def bitcoin_bars(bitcoin: Bitcoin, seed: int) -> Bars:
    """Hourly bitcoin bars whose days end at ``bitcoin.price``."""
    draws = stream(seed, "bitcoin hours")
    noise = heavy_tailed(draws, (len(bitcoin.days), 24, 4), 4.5)
    hourly = np.sqrt(_VARIANCE_SHARE) * bitcoin.volatility[:, None]
    wander = hourly * noise[:, :, 0]
    on_sessions = 0.5 * _VARIANCE_SHARE + 0.5 * _OPEN_HOURS / _OPEN_HOURS.sum()
    weights = np.where(bitcoin.trading[:, None], on_sessions, _VARIANCE_SHARE)
    gap = bitcoin.returns - wander.sum(axis=1)
    returns = wander + weights * gap[:, None]
    first = bitcoin.price[:1] * np.exp(-bitcoin.returns[:1])
    return _bars(bitcoin, first, returns, hourly, noise)


def ether_bars(bitcoin: Bitcoin, hours: Bars, seed: int) -> Bars:
    """Hourly ether bars from its birth: bitcoin's move, and a ratio that wanders."""
    young, born = bitcoin.since(ETHER_BIRTH), bitcoin.days >= ETHER_BIRTH
    noise = heavy_tailed(stream(seed, "ether hours"), (len(young.days), 24, 4), 4.5)
    hourly = np.sqrt(_VARIANCE_SHARE) * young.volatility[:, None]
    restless = np.sqrt(young.volatility[:, None] / _PLAIN_VOLATILITY)
    steps = _ETHER_STEP * np.sqrt(_VARIANCE_SHARE) * restless * noise[:, :, 0]
    ratio = autoregress(steps.ravel(), 1.0 - _ETHER_PULL / 24.0)
    relative = np.diff(ratio, prepend=0.0).reshape(-1, 24)
    returns = np.log(hours.close / hours.open)[born] + relative
    first = _ETHER_SHARE * hours.open[born][:1, 0]
    return _bars(young, first, returns, 1.4 * hourly, noise)


def _bars(day: Bitcoin, first: Array, returns: Array, hourly: Array, noise: Array) -> Bars:
    """Open, high, low, close and volume around a path of hourly returns.

    On days of liquidations the wicks below are longer while New York is open: thin books.
    """
    flush = np.maximum(day.long_share - 0.01, 0.0)
    close = (first * np.exp(np.cumsum(returns.ravel()))).reshape(returns.shape)
    opened = np.concatenate([first, close.ravel()])[: close.size].reshape(returns.shape)
    above, below = 0.4 * hourly * np.abs(noise[:, :, 1]), 0.4 * hourly * np.abs(noise[:, :, 2])
    below = below + 0.5 * flush[:, None] * _OPEN_HOURS
    busy = np.abs(returns) / hourly + 0.5 * np.exp(0.4 * noise[:, :, 3].clip(-4.0, 4.0))
    turnover = 1.2 * day.open_interest[:, None] * _PROFILE / _PROFILE.sum()
    return Bars(
        day.days,
        opened,
        np.maximum(opened, close) * np.exp(above),
        np.minimum(opened, close) * np.exp(-below),
        close,
        turnover * busy,
    )
