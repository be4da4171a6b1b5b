"""Exchange-traded funds: stock funds from the factors, bond funds from yields and spreads."""

import numpy as np
import pandas as pd

from pipeline.simulation.commodities import Commodities
from pipeline.simulation.equity_market import MARKET_GROWTH, SESSIONS_A_YEAR
from pipeline.simulation.factors import Factors, combined
from pipeline.simulation.randomness import Array, heavy_tailed, stream
from pipeline.simulation.recursions import smoothed

_STOCKS: dict[str, dict[str, float]] = {
    "spy": {"market": 1.0},
    "qqq": {"market": 1.04, "technology": 1.0, "internet": 0.15},
    "iwm": {"market": 1.12, "small": 1.0},
    "rsp": {"market": 1.03, "technology": -0.15, "small": 0.3},
    "xlk": {"market": 1.03, "technology": 1.05, "software": 0.15, "semiconductors": 0.1},
    "smh": {"market": 1.2, "technology": 0.9, "semiconductors": 1.0},
    "igv": {"market": 1.05, "technology": 0.7, "software": 1.0},
    "xlp": {"market": 0.6, "defensive": 0.7},
    "xlu": {"market": 0.62, "defensive": 1.0, "bonds": 2.0},
    "xlv": {"market": 0.75, "defensive": 0.6},
    "eem": {"market": 1.1, "dollar": -0.8, "energy": 0.1},
}
"""Loadings of each stock fund on the factors."""

_METALS: dict[str, dict[str, float]] = {
    "gld": {"gold": 1.0},
    "gdx": {"gold": 1.7, "market": 0.45, "years": -0.055},
    "uso": {"oil": 1.0},
}
"""Loadings of commodity and currency funds; ``years`` is growth a year beside the rest."""

_BONDS: dict[str, dict[str, float]] = {
    "tlt": {"us30y": 16.5},
    "ief": {"us10y": 7.3},
    "tip": {"real10y": 6.5},
    "hyg": {"us5y": 1.2, "hy_oas": 2.9},
    "lqd": {"us10y": 7.2, "ig_oas": 7.5},
}
"""Years of duration to each yield or spread; the fund also earns them as carry."""

_DRAWN = 34
_COLUMN = {
    "spy": 0, "qqq": 1, "iwm": 2, "rsp": 3, "xlk": 4, "smh": 5, "igv": 7, "xlp": 11, "xlu": 12,
    "xlv": 17, "eem": 20, "gld": 21, "gdx": 23, "uso": 25, "tlt": 28, "ief": 29, "tip": 31,
    "hyg": 32, "lqd": 33,
}  # fmt: skip
"""Place of each fund among the draws of a session; another one would make another market."""

_PLAIN_OWN = 0.0015
_OWN = {
    "spy": 0.0002,
    "qqq": 0.0006,
    "gld": 0.0008,
    "ief": 0.0006,
    "hyg": 0.0030,
    "eem": 0.006,
    "gdx": 0.011,
}
"""Daily standard deviation of what a fund does by itself."""
_FIRST_PRICE = 50.0
_VALUATION_HALF_LIFE = 252.0
_FRIDAY = 4


def simulate(
    factors: Factors, yields: pd.DataFrame, commodities: Commodities, dxy: Array, seed: int
) -> pd.DataFrame:
    """Adjusted closes, one row a session, one column a fund named as in the catalogue.

    Parameters
    ----------
    yields
        Published yields and the spreads ``hy_oas`` and ``ig_oas``, in percent.
    """
    moves = factors.returns.assign(
        years=1.0 / SESSIONS_A_YEAR,
        gold=commodities.gold,
        oil=commodities.oil,
        dollar=np.diff(np.log(dxy), prepend=np.log(dxy[0])),
    )
    returns = {name: MARKET_GROWTH + combined(moves, held) for name, held in _STOCKS.items()}
    returns |= {name: combined(moves, held) for name, held in _METALS.items()}
    returns |= {name: _bond_return(yields, held) for name, held in _BONDS.items()}
    returns["hyg"] = returns["hyg"] + 0.15 * moves["market"].to_numpy()
    noise = heavy_tailed(stream(seed, "funds"), (len(moves), _DRAWN))
    return pd.DataFrame(
        {
            name: _FIRST_PRICE
            * np.exp(np.cumsum(path + _OWN.get(name, _PLAIN_OWN) * noise[:, _COLUMN[name]]))
            for name, path in returns.items()
        }
    ).round(4)


def _bond_return(yields: pd.DataFrame, durations: dict[str, float]) -> Array:
    total = np.zeros(len(yields))
    for name, years in durations.items():
        level = yields[name].to_numpy() / 100.0
        total += level / SESSIONS_A_YEAR - years * np.diff(level, prepend=level[0])
    return total


def miners_nav(funds: pd.DataFrame, sessions: pd.DatetimeIndex) -> pd.Series:
    """Gold miners' price to net asset value, on Fridays: dear when miners have outrun gold."""
    relative = np.log(funds["gdx"].to_numpy() / funds["gld"].to_numpy())
    ratio = 1.3 * np.exp(relative - smoothed(relative, _VALUATION_HALF_LIFE))
    return pd.Series(ratio.round(3), sessions)[sessions.day_of_week == _FRIDAY]
