"""The dollar index."""

import numpy as np
import pandas as pd

from pipeline.simulation.equity_market import EquityMarket
from pipeline.simulation.randomness import heavy_tailed, stream
from pipeline.simulation.rates import Rates
from pipeline.simulation.recursions import autoregress
from pipeline.simulation.regimes import Regimes

_STEP = 0.0050
"""Daily standard deviation of the index's log change."""
_REGIME_VOLATILITY = (0.78, 1.25, 0.92)
_HAVEN = (0.04, 0.25, 0.10)
"""Share of the equity market's fall that lifts the dollar."""

_DRAWN = 4
"""Draws a session, of which the index takes the first: another number would make another market."""


def simulate(regimes: Regimes, market: EquityMarket, rates: Rates, seed: int) -> pd.DataFrame:
    """Draw ``dxy``, one row a session."""
    own = heavy_tailed(stream(seed, "dollar"), (len(regimes.codes), _DRAWN), 6.0)[:, 0]
    haven = regimes.pick(_HAVEN) * regimes.signal
    shock = 0.2 * rates.shock - haven * market.shock + np.sqrt(0.96 - haven**2) * own
    step = _STEP * (regimes.scale(_REGIME_VOLATILITY) * shock + regimes.tilt)
    log_index = autoregress(step + 0.0005 * regimes.pressure, 1.0 - regimes.blend(0.002, 0.005))
    return pd.DataFrame({"dxy": (92.0 * np.exp(log_index)).round(3)}).round(4)
