"""Who holds what in crypto: funding, open interest by vendor, liquidations, crowding."""

import numpy as np
import pandas as pd

from pipeline.simulation.bitcoin import Bitcoin
from pipeline.simulation.randomness import Array, heavy_tailed, stream
from pipeline.simulation.recursions import smoothed, stationary
from pipeline.simulation.regimes import Regimes

_INTEREST = 0.0001
"""Interest component of funding for eight hours; the rate when premium is near it."""
_DEAD_BAND = 0.0005
_INTERVAL_CHANGE = pd.Timestamp("2016-06-04", tz="UTC")
"""From here BitMEX pays every eight hours instead of once a day."""


def _mood(bitcoin: Bitcoin) -> Array:
    """Trailing mean return in standard deviations of it: what speculators extrapolate."""
    return smoothed(bitcoin.returns / bitcoin.volatility, 6.0) * 4.0


def funding(bitcoin: Bitcoin, regimes: Regimes, seed: int) -> dict[str, pd.DataFrame]:
    """Funding prints of three perpetuals; ether's premium is mostly bitcoin's."""
    premium = _premium(bitcoin, regimes, seed, "btc")
    ether = 0.7 * premium + 0.4 * _premium(bitcoin, regimes, seed, "eth")
    return {
        "btc_funding_binance": _clamped(bitcoin, premium, seed, "btc"),
        "btc_funding_bitmex": _unclamped(bitcoin, premium, seed),
        "eth_funding": _clamped(bitcoin, ether, seed, "eth"),
    }


def _premium(bitcoin: Bitcoin, regimes: Regimes, seed: int, name: str) -> Array:
    """Premium of the perpetual over spot for eight hours, one element a day.

    It chases the mood, grows with leverage and with pressure, and has a life of its own.
    """
    own = heavy_tailed(stream(seed, f"{name} premium"), len(bitcoin.days), 4.0)
    wanted = 0.00022 * _mood(bitcoin) + 0.0004 * bitcoin.leverage
    wanted += 0.00032 * regimes.pressure[bitcoin.session]
    return 0.00012 + wanted + stationary(own, 0.85, 0.00032)


def _clamped(bitcoin: Bitcoin, daily: Array, seed: int, name: str) -> pd.DataFrame:
    """Prints at 00:00, 08:00 and 16:00 UTC by Binance's formula.

    ``premium + clamp(interest - premium, -0.05 %, 0.05 %)``: most prints are exactly the interest.
    A print knows the premium up to the day before.
    """
    noise = stream(seed, f"{name} prints").standard_normal((len(daily), 3))
    asked = _day_before(daily)[:, None] + 0.0001 * noise
    rate = asked + np.clip(_INTEREST - asked, -_DEAD_BAND, _DEAD_BAND)
    times = _stamps(bitcoin, (0, 8, 16))
    return _prints(times, np.clip(rate, -0.0075, 0.0075).ravel().round(8), 8.0)


def _unclamped(bitcoin: Bitcoin, daily: Array, seed: int) -> pd.DataFrame:
    """Wilder prints without a dead band at 04:00, 12:00 and 20:00; daily at 12:00 at first."""
    noise = heavy_tailed(stream(seed, "early prints"), (len(daily), 3), 4.0)
    rate = 0.9 * _day_before(daily)[:, None] + 0.0007 * noise
    prints = _prints(_stamps(bitcoin, (4, 12, 20)), rate.ravel(), 8.0)
    once_a_day = prints["time"] < _INTERVAL_CHANGE
    prints.loc[once_a_day, "interval_hours"] = 24.0
    prints.loc[once_a_day, "rate"] *= 2.0
    kept = ~once_a_day | (prints["time"].dt.hour == 12)
    prints["rate"] = prints["rate"].clip(-0.0112, 0.0112).round(8)
    return prints[kept].reset_index(drop=True)


def open_interest(bitcoin: Bitcoin, ether: pd.DataFrame, seed: int) -> dict[str, pd.DataFrame]:
    """Levels by vendor: each counts other exchanges, so levels differ and changes agree."""
    noise = stream(seed, "open interest").standard_normal((len(bitcoin.days), 4))
    total, midnight = bitcoin.open_interest, _stamps(bitcoin, (24,))
    before = np.concatenate([total[:1], total[:-1]])
    share = np.exp(stationary(noise[:, 2], 0.995, 0.25))
    levels = {
        "btc_oi_all": (midnight, total * np.exp(0.008 * noise[:, 0])),
        "btc_oi_all_b": (
            _stamps(bitcoin, (16,)),
            2.1 * before ** (1.0 / 3.0) * total ** (2.0 / 3.0) * np.exp(0.006 * noise[:, 1]),
        ),
        "btc_oi_coinm": (midnight, 0.05 * share * total),
    }
    ether_price = ether["close"].to_numpy()
    pad = len(total) - len(ether_price)
    ether_share = np.exp(bitcoin.leverage + stationary(noise[:, 3], 0.98, 0.2))[pad:]
    levels["eth_oi"] = (midnight[pad:], 2.4e5 * ether_price * ether_share)
    own = np.exp(0.01 * stream(seed, "open interest, Bybit").standard_normal((len(total), 2)))
    levels["btc_oi_bybit"] = (midnight, 0.18 * total * own[:, 0])
    levels["eth_oi_bybit"] = (midnight[pad:], 1.9e5 * ether_price * ether_share * own[pad:, 1])
    return {name: _snapshots(times, level.round(0)) for name, (times, level) in levels.items()}


def liquidations(bitcoin: Bitcoin) -> dict[str, pd.DataFrame]:
    """USD liquidated over each day, of longs and of shorts: shares of the interest before it."""
    total = bitcoin.open_interest
    before, midnight = np.concatenate([total[:1], total[:-1]]), _stamps(bitcoin, (24,))
    return {
        "btc_liquidations_long": _snapshots(midnight, (before * bitcoin.long_share).round(0)),
        "btc_liquidations_short": _snapshots(midnight, (before * bitcoin.short_share).round(0)),
    }


def crowding(bitcoin: Bitcoin, regimes: Regimes, seed: int) -> dict[str, pd.DataFrame]:
    """Accounts long over short, stablecoin supply, and the fear-and-greed index."""
    noise = stream(seed, "crowding").standard_normal((len(bitcoin.days), 3))
    feeling, midnight = _mood(bitcoin), _stamps(bitcoin, (24,))
    ratio = np.exp(0.3 - 0.12 * feeling + stationary(noise[:, 0], 0.95, 0.2))
    age = np.maximum((bitcoin.days - pd.Timestamp("2017-11-01")).days.to_numpy(), 0)
    inflow = 0.0055 * np.exp(-age / 700.0) + 0.0004 + 0.0006 * np.clip(feeling, -2.0, 2.0)
    inflow -= 0.0008 * regimes.tilt[bitcoin.session]
    supply = 1.0e9 * np.exp(np.cumsum(np.where(age > 0, inflow, 0.0) + 0.001 * noise[:, 1]))
    greed = 100.0 / (1.0 + np.exp(-0.9 * feeling - stationary(noise[:, 2], 0.8, 0.3)))
    return {
        "long_short_ratio": _snapshots(midnight, ratio.round(4)),
        "stablecoin_supply": _snapshots(midnight, supply.round(0)),
        "fear_greed": _snapshots(midnight, greed.round(0)),
    }


def _snapshots(times: pd.DatetimeIndex, values: Array) -> pd.DataFrame:
    """Raw rows of a snapshot or a flow."""
    return pd.DataFrame({"time": times, "value": values})


def _prints(times: pd.DatetimeIndex, rates: Array, hours: float) -> pd.DataFrame:
    return pd.DataFrame({"time": times, "rate": rates, "interval_hours": hours})


def _stamps(bitcoin: Bitcoin, hours: tuple[int, ...]) -> pd.DatetimeIndex:
    starts = bitcoin.days.tz_localize("UTC").repeat(len(hours))
    return starts + pd.to_timedelta(np.tile(hours, len(bitcoin.days)), unit="h")


def _day_before(values: Array) -> Array:
    return np.concatenate([values[:1], values[:-1]])
