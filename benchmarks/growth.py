"""How time grows with sessions, with features and with refits, against the smallest of each."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from benchmarks.causal_filter import observations, parameters
from benchmarks.command import command
from benchmarks.comparison import Comparison
from benchmarks.measure import call, in_turn
from benchmarks.project import Run, Size
from models.forecasting.forecaster import forecaster
from models.scenarios import Window
from models.states.filtering import forward
from models.states.schedule import walk_forward
from models.states.settings import StatesSettings

_AHEAD = Window("ahead", back=0, ahead=10)
_SIZES = {
    Size.SMALLEST: ([100, 200], [4, 8], [1, 2]),
    Size.QUICK: ([2_500, 10_000, 40_000], [50, 150, 500], [10, 20]),
    Size.FULL: ([2_500, 10_000, 40_000, 100_000], [50, 150, 500], [10, 20, 40, 80]),
}
"""Sessions, features and refits that are asked about."""
_FILLED = 0.5
"""Seconds that the calls of a sample fill batch_size."""


def measure(run: Run) -> Iterator[Comparison]:
    """Made-up data of the sizes that are asked about; no market is needed."""
    sessions, features, refits = _SIZES[run.size]
    growth = partial(_growth, run)

    yield growth("causal filter: sessions", {n: _filtered(n) for n in sessions})
    for name, settings in {"lightgbm": {"trees": 30}, "logit": {}, "student": {}}.items():
        fits = {n: _fitted(name, n, features[0], settings) for n in sessions}
        yield growth(f"fit of {name}: sessions", fits)
        fits = {p: _fitted(name, sessions[0], p, settings) for p in features}
        yield growth(f"fit of {name}: features", fits)
    chains = {n: _refitted(n) for n in refits}
    yield growth("states: refits", chains)


def _growth(run: Run, question: str, calls: Mapping[int, Callable[[], object]]) -> Comparison:
    # The smallest fits take hundredths of a second, which one collection of garbage doubles.
    seconds = 0.0 if run.size == Size.SMALLEST else _FILLED
    cases = {str(size): partial(call, made, seconds) for size, made in calls.items()}
    repetitions = run.pick(smallest=1, quick=2, full=5)
    smallest = min(calls)
    proportional = " ".join(f"{size / smallest:g}" for size in calls)
    # One thread, as in the processes that the stages fit in: OpenBLAS takes more from some size
    # on, and where another program wants the cores these wait for one another, a hundred times
    # as long as the sum itself.
    with threadpool_limits(1):
        calls[smallest]()  # what is imported or set up once is no part of the growth
        samples = in_turn(cases, repetitions)
    return Comparison(f"{question} (in proportion: {proportional})", str(smallest), samples)


def _filtered(sessions: int) -> Callable[[], object]:
    values, chain = observations(sessions), parameters()
    return lambda: forward(values, chain)


def _fitted(
    name: str, sessions: int, count: int, settings: Mapping[str, Any]
) -> Callable[[], object]:
    features, outcomes = made_up(sessions, count)
    inputs = tuple(features.columns)
    scale = {"scale_inputs": inputs[:1]} if name == "student" else {}
    return lambda: forecaster(name, _AHEAD, inputs, {**settings, **scale}).fit(features, outcomes)


def made_up(sessions: int, count: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Features of noise, and outcomes that hang on the first of them a little."""
    rng = np.random.default_rng(2)
    values = rng.normal(size=(sessions, count))
    composite = 0.3 * values[:, 0] + rng.standard_t(5, size=sessions)
    code = np.select([composite > 0.5, composite < -0.5], [1, 2], 0)
    names = [f"feature_{place}" for place in range(count)]
    index = pd.RangeIndex(sessions)
    outcomes = pd.DataFrame({"code": code, "composite": composite}, index=index)
    return pd.DataFrame(values, columns=names, index=index), outcomes


def _refitted(refits: int) -> Callable[[], object]:
    settings = StatesSettings(n_states=2, min_train=252, refit_every=63, starts=1, order_by="x")
    days = 252 + 63 * refits
    turbulent = np.sin(np.arange(days) / 40) > 0.5
    noise = np.random.default_rng(3).normal(size=(days, 2)) * np.where(turbulent, 3, 1)[:, None]
    noise[:, 0] = np.log1p(np.abs(noise[:, 0])) + turbulent
    frame = pd.DataFrame(
        noise, columns=["x", "y"], index=pd.bdate_range("2000-01-03", periods=days)
    )
    return lambda: walk_forward(frame, settings)


if __name__ == "__main__":
    command(measure)
