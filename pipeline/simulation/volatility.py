"""Option-implied indices besides the VIX: its terms, its own volatility, skew, put/call, MOVE."""

import numpy as np
import pandas as pd

from pipeline.simulation.equity_market import SESSIONS_A_YEAR, EquityMarket
from pipeline.simulation.randomness import stream
from pipeline.simulation.rates import REAL_YIELD_STEP, Rates
from pipeline.simulation.recursions import smoothed, stationary

_NOISE = {
    "vix9d": (0.60, 0.075),
    "vix3m": (0.90, 0.035),
    "vvix": (0.97, 0.11),
    "skew": (0.99, 0.25),
    "put_call": (0.30, 0.12),
    "move": (0.96, 0.13),
}
"""Persistence and standard deviation of what each index does by itself, in logs."""


def simulate(market: EquityMarket, rates: Rates, seed: int) -> pd.DataFrame:
    """Draw the indices, one row a session, in the catalogue's units."""
    draws = stream(seed, "implied volatility").standard_normal((len(market.vix), len(_NOISE)))
    own = {
        name: stationary(column, persistence, size)
        for (name, (persistence, size)), column in zip(_NOISE.items(), draws.T, strict=True)
    }
    fear = np.log(market.vix / 18.0)
    jump = np.clip(fear - smoothed(fear, 8.0), -1.0, 1.0)
    nominal_step = 100.0 * np.sqrt(SESSIONS_A_YEAR) * 1.12 * REAL_YIELD_STEP
    return pd.DataFrame(
        {
            "vix": market.vix,
            "vix9d": np.maximum(16.6 * np.exp(fear + 0.55 * jump + own["vix9d"]), 5.0),
            "vix3m": np.maximum(19.6 * np.exp(0.76 * fear - 0.1 * jump + own["vix3m"]), 8.0),
            "vvix": 88.0 * np.exp(0.12 * fear + 0.55 * jump + own["vvix"]),
            "skew": 100.0 + 26.0 * np.exp(-0.15 * fear + own["skew"]),
            "put_call": 0.9 * np.exp(0.7 * jump - 2.5 * market.returns + own["put_call"]),
            "move": nominal_step * rates.scale * np.exp(0.15 * fear + own["move"]),
        }
    ).round(2)
