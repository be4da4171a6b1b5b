"""What moves stocks together: the market, styles and industries."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.simulation.commodities import Commodities
from pipeline.simulation.equity_market import MARKET_GROWTH, EquityMarket
from pipeline.simulation.randomness import Array, heavy_tailed, stream
from pipeline.simulation.rates import Rates
from pipeline.simulation.regimes import Regimes

_OWN = {
    "technology": 0.0056,
    "semiconductors": 0.0092,
    "software": 0.0062,
    "internet": 0.0060,
    "small": 0.0058,
    "energy": 0.0105,
    "financials": 0.0072,
    "defensive": 0.0052,
}
"""Daily standard deviation of each factor in a plain market."""

_TILT = {"technology": 0.15, "small": 0.10, "financials": 0.05, "defensive": -0.10}
"""How far each factor falls with the tilt towards tightening, in its own standard deviations."""

_BREAK = {"semiconductors": 0.22, "software": 0.20, "small": 0.12}
"""How far leaders fall while the index holds as pressure builds, in the same unit (S10)."""


@dataclass(frozen=True)
class Factors:
    """What every stock shares.

    Attributes
    ----------
    returns
        Log returns, one row a session: ``market`` (beyond its growth), styles, and ``bonds``
        (minus the change of the ten-year yield).
    stock_scale
        Multiplier of single stocks' volatility; it rises less than the market's, so stocks move
        together when it matters.
    lean
        Drift of relative prices that pressure causes; see `Regimes.lean`.
    """

    returns: pd.DataFrame
    stock_scale: Array
    lean: Array


def simulate(
    regimes: Regimes, market: EquityMarket, rates: Rates, commodities: Commodities, seed: int
) -> Factors:
    """Draw every factor beside the market."""
    draws = heavy_tailed(stream(seed, "factors"), (len(regimes.codes), len(_OWN)))
    scale = np.sqrt(market.stress)
    columns = {"market": market.returns - MARKET_GROWTH}
    for (name, size), shock in zip(_OWN.items(), draws.T, strict=True):
        fall = _TILT.get(name, 0.0) * regimes.tilt + _BREAK.get(name, 0.0) * regimes.lean
        columns[name] = size * (scale * shock - fall)
    columns["energy"] = columns["energy"] + 0.35 * commodities.oil
    columns["bonds"] = -np.diff(rates.us10y, prepend=rates.us10y[0]) / 100.0
    return Factors(pd.DataFrame(columns), market.stress**0.4, regimes.lean)


def combined(moves: pd.DataFrame, loadings: Mapping[str, float]) -> Array:
    """Sum of moves times loadings, term by term.

    A matrix product may add in another order when there are more rows, and then an earlier end
    would not be an exact prefix.
    """
    total = np.zeros(len(moves))
    for name, loading in loadings.items():
        total += loading * moves[name].to_numpy()
    return total
