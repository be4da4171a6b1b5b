"""Gold and oil: their log returns, and what is published of gold."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.simulation.equity_market import EquityMarket
from pipeline.simulation.randomness import Array, heavy_tailed, stream
from pipeline.simulation.rates import Rates
from pipeline.simulation.recursions import autoregress
from pipeline.simulation.regimes import Regimes

GOLD_STEP = 0.0114
"""Daily standard deviation of gold's log return."""
_REGIME_VOLATILITY = (0.90, 1.25, 1.0)
_FIXING_SHARE = 0.6
"""Share of a session's move that is done by the London afternoon fixing."""


@dataclass(frozen=True)
class Commodities:
    """Log returns, one element a session, and what is published of gold (one row a session)."""

    gold: Array
    oil: Array
    published: pd.DataFrame


def simulate(
    regimes: Regimes, market: EquityMarket, rates: Rates, dxy: Array, seed: int
) -> Commodities:
    """Draw gold against real yields and the dollar, and oil with the equity market."""
    draws = heavy_tailed(stream(seed, "commodities"), (len(regimes.codes), 4))
    own_gold, own_oil, fixing, _mood = draws.T
    dollar = np.diff(np.log(dxy), prepend=np.log(dxy[0]))
    scale = regimes.scale(_REGIME_VOLATILITY)
    shock = scale * (0.92 * own_gold - 0.22 * rates.shock) - 0.45 * dollar / GOLD_STEP
    gold = 0.0003 + GOLD_STEP * 0.95 * shock
    steps = 0.0200 * scale * (0.93 * own_oil + 0.37 * market.shock)
    oil = np.diff(autoregress(steps, 0.999), prepend=0.0)
    before_close = np.cumsum(gold) - (1.0 - _FIXING_SHARE) * gold + 0.0012 * fixing
    published = pd.DataFrame({"gold": 350.0 * np.exp(before_close)})
    return Commodities(gold, oil, published.round(2))
