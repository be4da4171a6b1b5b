"""The hidden chain: base, tightening-shock, reflation, and the pressure that builds before them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.scenarios import BASE, REFLATION, TIGHTENING_SHOCK
from pipeline.settings.simulated import SimulatedSettings
from pipeline.simulation.randomness import Array, stream
from pipeline.simulation.recursions import autoregress, stationary

_SWITCH = {
    BASE: {TIGHTENING_SHOCK: 0.0125, REFLATION: 0.0070},
    TIGHTENING_SHOCK: {BASE: 0.0190, REFLATION: 0.0260},
    REFLATION: {BASE: 0.0290, TIGHTENING_SHOCK: 0.0035},
}
"""Chance a session of leaving for another regime, averaged over pressure.

Stays last some 65, 28 and 31 sessions; base is the longest because pressure comes in spells.
"""

_PULL = {BASE: 0.0, TIGHTENING_SHOCK: 1.6, REFLATION: -0.5}
"""What a standard deviation of pressure adds to the log of the chance of entering a regime."""

_PRESSURE_PERSISTENCE = 0.98
"""Half-life of 34 sessions: long enough for quarterly momentum to show it."""

_LEAN_PERSISTENCE = 0.985
"""Half-life of 46 sessions of what pressure does to relative prices, so that they stay bounded."""

_TILT = (0.045, 0.34, -0.27)
"""Drift of every component towards tightening, in daily standard deviations of the component."""

_ARRIVAL = (0.08, 0.25, 0.06)
"""Share of the gap to a regime's volatility that closes in a session: shocks come fast."""


@dataclass(frozen=True)
class Regimes:
    """The truth, one element a session.

    Attributes
    ----------
    codes
        Position in ``models.scenarios.SCENARIOS``.
    pressure
        Unit-variance forerunner that drivers show and that raises the chance of a shock; already
        multiplied by ``signal``.
    signal
        Strength from 0 to 1, see `SimulatedSettings`.
    """

    codes: NDArray[np.int64]
    pressure: Array
    signal: float

    @property
    def tilt(self) -> Array:
        """Drift towards tightening, in daily standard deviations."""
        return self.pick(_TILT) * self.signal

    @property
    def lean(self) -> Array:
        """Drift that pressure causes in relative prices, given back over some months."""
        return np.diff(autoregress(self.pressure, _LEAN_PERSISTENCE), prepend=0.0)

    def pick(self, by_regime: tuple[float, float, float]) -> Array:
        """Each session's value of a quantity that differs by regime."""
        return np.asarray(by_regime)[self.codes]

    def blend(self, noise: float, full: float) -> float:
        """A parameter between its value in pure noise and its value in the full market."""
        return noise + self.signal * (full - noise)

    def scale(self, ratios: tuple[float, float, float]) -> Array:
        """Volatility multiplier that moves towards each regime's ratio; 1 in pure noise."""
        goals, speeds = self.signal * np.log(self.pick(ratios)), self.pick(_ARRIVAL)
        level, path = 0.0, []
        for goal, speed in zip(goals.tolist(), speeds.tolist(), strict=True):
            level += speed * (goal - level)
            path.append(level)
        return np.exp(np.array(path))


def simulate(count: int, settings: SimulatedSettings) -> Regimes:
    """Draw ``count`` sessions of the chain; it starts in base."""
    noise = stream(settings.seed, "pressure").standard_normal(count)
    pressure = stationary(noise, _PRESSURE_PERSISTENCE, 1.0) * settings.signal
    draws = stream(settings.seed, "regimes").random(count)
    state, codes = BASE, []
    for draw, push in zip(draws.tolist(), pressure.tolist(), strict=True):
        state = _next_state(state, draw, push, settings.signal)
        codes.append(state)
    return Regimes(np.array(codes, dtype=np.int64), pressure, settings.signal)


def _next_state(state: int, draw: float, pressure: float, signal: float) -> int:
    """Leave when the uniform draw falls within the chances, whose mean over pressure is fixed."""
    threshold = 0.0
    for other, chance in _SWITCH[state].items():
        pull = _PULL[other]
        threshold += chance * float(np.exp(pull * pressure - 0.5 * (pull * signal) ** 2))
        if draw < threshold:
            return other
    return state
