"""Treasury yields, inflation compensation, and a central bank that follows the two-year yield."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.simulation.equity_market import EquityMarket
from pipeline.simulation.randomness import Array, heavy_tailed, stream
from pipeline.simulation.recursions import autoregress, stationary
from pipeline.simulation.regimes import Regimes

Flags = NDArray[np.bool_]

REAL_YIELD_STEP = 0.053
"""Daily standard deviation of the real yield, in percentage points."""

_RISK_TO_REAL = (0.28, -0.05, 0.10)
"""Share of the market's shock in real yields: growth scares in base, rate scares in a shock."""
_REGIME_VOLATILITY = (0.76, 1.35, 0.92)
_NORMAL_SLOPE = 0.9
_PANIC, _PANIC_REST = 48.0, 126
"""VIX at which the central bank cuts at once, and sessions before it can do so again."""
_LOWEST_TWO_YEAR = 0.12
_MEAN_REAL, _LOWEST_REAL = 0.95, -1.6


@dataclass(frozen=True)
class Rates:
    """One element a session, in percent.

    Attributes
    ----------
    shock
        Unit-variance innovation of the real yield.
    scale
        Volatility of yields over its plain level.
    target
        Upper bound of the central bank's target after the session.
    emergency
        Whether the central bank moved between meetings.
    """

    shock: Array
    scale: Array
    real10y: Array
    breakeven10y: Array
    us2y: Array
    target: Array
    emergency: Flags

    @property
    def us10y(self) -> Array:
        """Nominal ten-year yield: real yield plus breakeven."""
        return self.real10y + self.breakeven10y


def simulate(
    regimes: Regimes, market: EquityMarket, meetings: Flags, releases: Flags, seed: int
) -> Rates:
    """Draw yields and the central bank's answers.

    Parameters
    ----------
    regimes, market
        The truth, and the equity market whose shocks reach yields.
    meetings
        True where the central bank meets by schedule.
    releases
        True where scheduled news makes yields move more.
    """
    draws = heavy_tailed(stream(seed, "rates"), (len(regimes.codes), 4), 6.0)
    own, inflation, front, slow = draws.T
    scale = regimes.scale(_REGIME_VOLATILITY)
    scale = scale * np.exp(regimes.signal * stationary(slow, 0.995, 0.16))
    loud = scale * (1.0 + 0.35 * regimes.signal * releases)
    risk = regimes.pick(_RISK_TO_REAL) * regimes.signal
    shock = np.sqrt(1.0 - risk**2) * own + risk * market.shock
    real = _real_yield(
        REAL_YIELD_STEP * (loud * shock + regimes.tilt), regimes.blend(0.0025, 0.005)
    )
    surprise = 0.032 * loud * (0.90 * inflation + 0.35 * market.shock - 0.25 * shock)
    breakeven = np.maximum(2.15 + autoregress(surprise, 0.996), 0.2)
    repricing = 0.044 * loud * (0.60 * shock + 0.30 * inflation + 0.70 * front)
    repricing += 0.040 * regimes.tilt + 0.011 * regimes.pressure
    two_year = _two_year(repricing, real + breakeven)
    target, emergency = _policy(two_year, meetings, market.vix)
    return Rates(shock, scale, real, breakeven, two_year, target, emergency)


def _real_yield(steps: Array, pull: float) -> Array:
    """Random walk pulled to its mean, that the central bank's lower bound stops."""
    level, path = _MEAN_REAL, []
    for step in steps.tolist():
        level = max(level + pull * (_MEAN_REAL - level) + step, _LOWEST_REAL)
        path.append(level)
    return np.array(path)


def _two_year(steps: Array, ten_year: Array) -> Array:
    """Two-year yield: a walk of its own, drawn to the ten-year yield less a normal slope."""
    level, path = ten_year[0] - _NORMAL_SLOPE, []
    for step, anchor in zip(steps.tolist(), ten_year.tolist(), strict=True):
        level = max(level + 0.008 * (anchor - _NORMAL_SLOPE - level) + step, _LOWEST_TWO_YEAR)
        path.append(level)
    return np.array(path)


def _policy(two_year: Array, meetings: Flags, vix: Array) -> tuple[Array, Flags]:
    """Move the target at meetings towards what the two-year yield asks for, and cut in a panic."""
    target, rested = max(0.25, round(two_year[0] * 4.0) / 4.0), _PANIC_REST
    targets, emergencies = [], []
    for yield_, meets, fear in zip(two_year.tolist(), meetings.tolist(), vix.tolist(), strict=True):
        panic = fear > _PANIC and rested >= _PANIC_REST and target > 0.5
        rested = 0 if panic else rested + 1
        wanted = -0.5 if panic else _step(yield_ - target + 0.125) if meets else 0.0
        target = min(max(target + wanted, 0.25), 12.0)
        targets.append(target)
        emergencies.append(panic)
    return np.array(targets), np.array(emergencies)


def _step(gap: float) -> float:
    """Change of the target, in percentage points, for the gap that the market prices in."""
    size = 0.0 if abs(gap) < 0.4 else 0.25 if abs(gap) < 1.1 else 0.5 if abs(gap) < 1.8 else 0.75
    return size if gap > 0 else -size


def curve(rates: Rates, seed: int) -> pd.DataFrame:
    """Yields in percent, one column a maturity, rounded to 0.01 percentage points.

    ``us5y`` and ``us30y`` move bond funds and are not published.
    """
    draws = stream(seed, "curve").standard_normal((len(rates.us2y), 5))
    bill, _half, five, thirty, _forward = draws.T
    policy = rates.target - 0.15
    gap = rates.us2y - policy
    ten, real = rates.us10y, rates.real10y.round(2)
    columns = {
        "us3m": policy + 0.25 * np.clip(gap, -0.8, 0.8) + stationary(bill, 0.9, 0.04),
        "us2y": rates.us2y,
        "us5y": 0.45 * rates.us2y + 0.55 * ten - 0.05 + stationary(five, 0.97, 0.05),
        "us30y": ten + 0.35 + 0.2 * (ten - rates.us2y) + stationary(thirty, 0.995, 0.18),
    }
    yields = pd.DataFrame({name: np.maximum(column, 0.01) for name, column in columns.items()})
    yields = yields.assign(real10y=real, us10y=np.maximum(ten.round(2), 0.3))
    yields["breakeven10y"] = yields["us10y"] - real
    return yields.round(2)
