"""Credit spreads: they follow volatility slowly, widen with falling stocks, and lag by a little."""

import numpy as np
import pandas as pd

from pipeline.simulation.equity_market import EquityMarket
from pipeline.simulation.randomness import Array, heavy_tailed, stream
from pipeline.simulation.recursions import smoothed, stationary
from pipeline.simulation.regimes import Regimes

_STEP = 0.017
"""Daily standard deviation of the log spread in a plain market."""
_LOWEST, _HIGHEST = float(np.log(1.8)), float(np.log(26.0))


def simulate(regimes: Regimes, market: EquityMarket, seed: int) -> pd.DataFrame:
    """Draw ``hy_oas``, ``ig_oas`` and ``baa10y`` in percent, one row a session."""
    draws = heavy_tailed(stream(seed, "credit"), (len(regimes.codes), 3), 6.0)
    own, grade, moody = draws.T
    shock = market.stress * (0.8 * own - 0.6 * market.shock)
    fear = smoothed(np.log(market.vix / 18.0), 15.0)
    fair = np.log(4.3) + 0.75 * regimes.signal * fear
    log_spread = _drawn(fair, _STEP * (shock + 1.2 * regimes.tilt), regimes.blend(0.002, 0.015))
    high_yield = np.exp(smoothed(log_spread, 0.5))
    investment = 1.4 * (high_yield / 4.6) ** 0.85 * np.exp(stationary(grade, 0.99, 0.08))
    baa = 2.4 + 0.55 * (investment - 1.5) + stationary(moody, 0.98, 0.12)
    return pd.DataFrame(
        {"hy_oas": high_yield, "ig_oas": investment, "baa10y": np.maximum(baa, 1.0)}
    ).round(2)


def _drawn(goals: Array, steps: Array, pull: float) -> Array:
    """Walk by ``steps``, drawn to a moving goal, within a little more than the record's range."""
    level, path = float(goals[0]), []
    for goal, step in zip(goals.tolist(), steps.tolist(), strict=True):
        level = min(max(level + pull * (goal - level) + step, _LOWEST), _HIGHEST)
        path.append(level)
    return np.array(path)
