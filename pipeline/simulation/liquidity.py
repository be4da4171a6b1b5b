"""The central bank's balance sheet, weekly, and its overnight rates and facilities."""

import numpy as np
import pandas as pd

from pipeline.simulation.randomness import Array, stream
from pipeline.simulation.rates import Rates
from pipeline.simulation.recursions import stationary
from pipeline.simulation.timeline import Timeline

_WEDNESDAY = 2
_FIRST_ASSETS = 720_000.0
_BANKS_SHARE = 0.88
"""Part of idle money that banks hold as reserves; the rest is lent back overnight."""
_CURRENCY_SHARE, _CURRENCY_GROWTH = 0.85, 0.0009
"""Part of the first balance sheet that is currency, and its growth a week."""


def weekly(timeline: Timeline, rates: Rates, vix: Array, seed: int) -> pd.DataFrame:
    """``fed_assets``, ``treasury_account`` and ``reserves`` in USD millions, on Wednesdays.

    Reserves are what the other liabilities leave: assets less currency, Treasury account and
    reverse repurchases.
    """
    days = timeline.days[timeline.days.day_of_week == _WEDNESDAY]
    session = timeline.latest_session(days)
    noise = stream(seed, "balance sheet").standard_normal((len(days), 2))
    growth = _growth(rates.target[session], vix[session]) + 0.0008 * noise[:, 0]
    assets = _FIRST_ASSETS * np.exp(np.cumsum(growth))
    treasury = 0.06 * assets * np.exp(stationary(noise[:, 1], 0.95, 0.5))
    currency = _CURRENCY_SHARE * _FIRST_ASSETS * np.exp(_CURRENCY_GROWTH * np.arange(len(days)))
    idle = np.maximum(assets - currency - treasury, 0.0)
    reserves = np.maximum(_BANKS_SHARE * idle, 5_000.0)
    columns = {"fed_assets": assets, "treasury_account": treasury, "reserves": reserves}
    return pd.DataFrame(columns, index=days).round(0)


def _growth(target: Array, vix: Array) -> Array:
    """Weekly log growth: buying at the lower bound and in panics, running off when tight."""
    buying = 0.0025 * (target <= 0.5) + 0.006 * (vix > 40.0)
    return 0.0018 + buying - 0.0012 * (target >= 2.5)


def reverse_repo(timeline: Timeline, weeks: pd.DataFrame, seed: int) -> pd.Series:
    """Overnight reverse repurchases in USD billions: the idle money that banks do not hold.

    Before the facility opened in September 2013 there were only tests, on some days.
    """
    sessions = timeline.sessions
    draws = stream(seed, "reverse repo").standard_normal((len(sessions), 2))
    week = np.maximum(weeks.index.searchsorted(sessions, side="right") - 1, 0)
    idle = weeks["reserves"].to_numpy()[week] * (1.0 / _BANKS_SHARE - 1.0) / 1000.0
    taken = idle * np.exp(stationary(draws[:, 0], 0.97, 0.6))
    testing = sessions < pd.Timestamp("2013-09-23")
    value = np.where(testing, np.where(draws[:, 1] > 2.0, 2.5, np.nan), taken)
    return pd.Series(value, sessions).where(timeline.bond_days).round(3)


def overnight(timeline: Timeline, rates: Rates, seed: int) -> pd.DataFrame:
    """``fed_funds`` in percent, on every calendar day."""
    session = timeline.latest_session(timeline.days)
    target = rates.target[session]
    noise = stream(seed, "fed funds").standard_normal(len(timeline.sessions))
    month_end = 0.05 * timeline.days.is_month_end
    effective = np.maximum(target - 0.13 + 0.015 * noise[session] - month_end, 0.04)
    return pd.DataFrame({"fed_funds": effective.round(2)}, index=timeline.days)
