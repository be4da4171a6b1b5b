"""The dollar index, and the currencies that it is made of."""

import numpy as np
import pandas as pd

from pipeline.simulation.equity_market import EquityMarket
from pipeline.simulation.randomness import heavy_tailed, stream
from pipeline.simulation.rates import Rates
from pipeline.simulation.recursions import autoregress, stationary
from pipeline.simulation.regimes import Regimes

_STEP = 0.0050
"""Daily standard deviation of the index's log change."""
_REGIME_VOLATILITY = (0.78, 1.25, 0.92)
_HAVEN = (0.04, 0.25, 0.10)
"""Share of the equity market's fall that lifts the dollar."""
_EURO_WEIGHT, _YEN_WEIGHT, _OTHERS_WEIGHT = 0.576, 0.136, 0.288
_INDEX_BASE = 50.14348112
"""ICE's weights of the euro, the yen and the smaller currencies, and the index's constant."""


def simulate(regimes: Regimes, market: EquityMarket, rates: Rates, seed: int) -> pd.DataFrame:
    """Draw ``dxy``, ``broad_dollar``, ``eurusd`` and ``usdjpy``, one row a session.

    The euro is what the index, the yen and smaller currencies that follow the index leave for it.
    """
    draws = heavy_tailed(stream(seed, "dollar"), (len(regimes.codes), 4), 6.0)
    own, yen, others, broad = draws.T
    haven = regimes.pick(_HAVEN) * regimes.signal
    shock = 0.2 * rates.shock - haven * market.shock + np.sqrt(0.96 - haven**2) * own
    step = _STEP * (regimes.scale(_REGIME_VOLATILITY) * shock + regimes.tilt)
    log_index = autoregress(step + 0.0005 * regimes.pressure, 1.0 - regimes.blend(0.002, 0.005))
    log_yen = autoregress(0.6 * step + _STEP * (0.3 * rates.shock + 0.9 * yen), 0.999)
    index = 92.0 * np.exp(log_index)
    usdjpy = 110.0 * np.exp(log_yen)
    rest = 0.07 + _OTHERS_WEIGHT * log_index + stationary(others, 0.998, 0.015)
    log_euro = np.log(_INDEX_BASE / index) + _YEN_WEIGHT * np.log(usdjpy) + rest
    return pd.DataFrame(
        {
            "dxy": index.round(3),
            "broad_dollar": 110.0 * np.exp(0.8 * log_index + stationary(broad, 0.998, 0.03)),
            "eurusd": np.exp(log_euro / _EURO_WEIGHT),
            "usdjpy": usdjpy.round(2),
        }
    ).round(4)
