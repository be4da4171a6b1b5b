"""What policies would have done, made again from prices and decisions by no line of the desk's.

What a policy of no line here wants, such as the jump model, which is fitted, is handed over.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.evaluation.intervals import Resampling
from pipeline.audit.rescore_draws import drawn_counts, drawn_range
from pipeline.settings.desk import DeskSettings

Array = NDArray[np.float64]

DELAYS = (0, 1, 5, 10)
COSTS = {"5": 0.0005, "10": 0.001, "20": 0.002}
COST = 0.001
ADDS_NOTHING = 4
WAYS = [(band, delay) for band in (0.0, 0.05, 0.10, 0.15) for delay in (1, 2, 3, 5)]
"""Bands and delays over which a difference of Sharpe is averaged."""

_TILT: dict[str, Any] = {"strength": 0.5, "step": 0.05, "window": "ahead"}
_CONFIRMED: dict[str, Any] = {"from_tier": 2, "cut": 0.25, "sessions": 200}
"""What these two go by where ``desk.policies`` does not say."""

Paths = dict[str, Array]
"""Share that each policy holds, by evening."""


def book_returns(weights: Mapping[str, float], prices: pd.DataFrame) -> pd.Series:
    """Return of a book from its priced parts, each session; cash adds nothing."""
    known = prices[[name for name in weights if prices[name].notna().any()]].ffill()
    moved = known / known.shift(1) - 1
    return sum((weights[str(name)] * moved[name] for name in known), pd.Series(0.0, prices.index))


def bill(yields: pd.Series) -> pd.Series:
    """What cash earned over each session, by the yield known at the one before, a 365-day year."""
    days = pd.Series(yields.index).diff().dt.days.to_numpy()[1:]
    earned = yields.ffill().to_numpy()[:-1] / 100 * days / 365
    return pd.Series(np.nan_to_num(np.append(0.0, earned)), yields.index)


class Judged:
    """Evenings and what one holding earned, on which every policy is scored.

    Parameters
    ----------
    decided
        By session: ``tier``, ``state``, ``floor``, ``raises`` and probabilities.
    returns, earned
        Of the holding without and with what its cash earned.
    cash
        What the bill earned.
    desk, resampling
        The rules, and how intervals are drawn.
    wanted
        By session: paths of every policy, in columns ``<holding>.<policy> <band>``; taken for the
        policies that have no line here.
    """

    def __init__(  # noqa: PLR0913 - they are judged by exactly these
        self,
        decided: pd.DataFrame,
        returns: pd.Series,
        earned: pd.Series,
        cash: pd.Series,
        desk: DeskSettings,
        resampling: Resampling,
        wanted: pd.DataFrame,
    ) -> None:
        self._desk, self._resampling, self._returns = desk, resampling, returns
        self._days = decided[decided.index.isin(_target(returns, desk, desk.target.band).index)]
        self._others = wanted.reindex(self._days.index)
        self._gain, self._rate = (
            each.reindex(self._days.index).to_numpy()[max(DELAYS) + 1 :] for each in (earned, cash)
        )

    def figures(self) -> Iterator[tuple[str, float]]:
        """Figures of the holding in ``data/policies.json``, keyed by their place below it."""
        bands = {self._desk.target.band, *(band for band, _delay in WAYS)}
        paths = {band: self._paths(band) for band in bands}
        yield "sessions", len(self._gain)
        for name, share in paths[self._desk.target.band].items():
            for figure, value in self._of_path(share):
                yield f"policies.{name}.{figure}", value
        above = {
            name: np.column_stack(
                [self._net(paths[band][name], delay, COST) - self._rate for band, delay in WAYS]
            )
            for name in paths[self._desk.target.band]
        }
        counts = drawn_counts(len(self._gain), self._resampling)
        for name, ways in above.items():
            for figure, value in self._difference(ways, above["target"], counts):
                yield f"policies.{name}.over_target.{figure}", value

    def _paths(self, band: float) -> Paths:
        target = _target(self._returns, self._desk, band).reindex(self._days.index).to_numpy()
        ours = dict(_wanted(self._days, self._returns, target, self._desk))
        others = self._others.filter(regex=f" {band}$")
        return {_policy(str(name)): path.to_numpy() for name, path in others.items()} | ours

    def _of_path(self, share: Array) -> Iterator[tuple[str, float]]:
        for place, delay, cost in (
            *((f"delays.{delay}", delay, COST) for delay in DELAYS),
            *((f"costs.{shown}", 1, cost) for shown, cost in COSTS.items()),
        ):
            held = self._held(share, delay)
            for figure, value in _figures(held, self._net(share, delay, cost), self._rate):
                yield f"{place}.{figure}", value
        years = pd.DatetimeIndex(self._days.index[max(DELAYS) + 1 :]).year
        for year in np.unique(years):
            net = self._net(share, 1, COST)[years == year]
            yield f"by_year.{year}.return", np.prod(1 + net) - 1
            yield f"by_year.{year}.max_drawdown", _deepest(net)

    def _held(self, share: Array, delay: int) -> Array:
        return share[np.arange(max(DELAYS) + 1, len(share)) - 1 - delay]

    def _net(self, share: Array, delay: int, cost: float) -> Array:
        held = self._held(share, delay)
        traded = np.abs(np.diff(held, prepend=held[0]))
        return held * self._gain + (1 - held) * self._rate - cost * traded

    def _difference(self, ours: Array, plain: Array, counts: Array) -> Iterator[tuple[str, float]]:
        every = np.ones((1, len(ours)))
        with np.errstate(invalid="ignore", divide="ignore"):
            (value,) = (_sharpes(ours, every) - _sharpes(plain, every)).mean(axis=1)
            drawn = (_sharpes(ours, counts) - _sharpes(plain, counts)).mean(axis=1)
        sure = len(ours) >= 2 * self._resampling.block and np.isfinite([value, *drawn]).all()
        low, high = drawn_range(drawn, self._resampling) if sure else (np.nan, np.nan)
        yield from (("value", value), ("low", low), ("high", high))


def _policy(column: str) -> str:
    return column.partition(".")[2].partition(" ")[0]


def _sharpes(above: Array, counts: Array) -> Array:
    """Of each column of (n, ways), in histories that drew sessions so often: (histories, ways)."""
    mean, square = (counts @ each / len(above) for each in (above, above**2))
    return mean / (square - mean**2) ** 0.5 * 252**0.5


def _target(returns: pd.Series, desk: DeskSettings, band: float) -> pd.Series:
    known = returns.dropna()
    deviation = known.rolling(desk.target.sessions).std().dropna() * 252**0.5
    path: list[float] = []
    for measured in deviation:
        share = 1.0 if measured <= desk.target.volatility else desk.target.volatility / measured
        path.append(share if not path or abs(share - path[-1]) > band else path[-1])
    return pd.Series(path, deviation.index)


def _wanted(
    days: pd.DataFrame, returns: pd.Series, target: Array, desk: DeskSettings
) -> Iterator[tuple[str, Array]]:
    """What each policy wants; those that a call may follow add nothing at the highest tier."""
    stopped = (days["tier"] == ADDS_NOTHING).to_numpy()
    for name, path in _followed(days, returns, target, desk):
        yield name, _shrunk(path, stopped)
    yield "buy_and_hold", np.ones(len(days))
    yield "constant", np.full(len(days), target.mean())
    if "mean_200" not in desk.policies:
        yield "mean_200", (~_below(returns, 200, days.index)).to_numpy().astype(float)
    if "states" not in desk.policies:
        yield "states", (days["state"] != "crisis").to_numpy().astype(float)


def _followed(
    days: pd.DataFrame, returns: pd.Series, target: Array, desk: DeskSettings
) -> Iterator[tuple[str, Array]]:
    yield "target", target
    given = {**_TILT, **desk.policies.get("tilt", {})}
    up, down = (
        days[f"{name}.{given['window']}"].to_numpy() for name in ("reflation", "tightening_shock")
    )
    leaning = target * (1 + given["strength"] * (up - down)) / given["step"]
    yield "tilt", np.clip(np.round(leaning) * given["step"], 0, 1)
    given = {**_CONFIRMED, **desk.policies.get("confirmed", {})}
    both = (days["tier"] >= given["from_tier"]) & _below(returns, given["sessions"], days.index)
    yield "confirmed", target * np.where(both, 1 - given["cut"], 1.0)
    insurance = desk.policies.get("insurance", {})
    if {"weights", "levels", "scales"} <= set(insurance):
        risk = np.zeros(len(days))
        for window, weight in insurance["weights"].items():
            risk = risk + weight * days[f"tightening_shock.{window}"].to_numpy()
        level = np.searchsorted(insurance["levels"], risk, side="right")
        step = np.minimum(np.maximum(level, days["floor"]) + days["raises"], ADDS_NOTHING)
        yield "insurance", target * np.array(insurance["scales"])[step.to_numpy(dtype=int)]


def _below(returns: pd.Series, sessions: int, asked: pd.Index) -> pd.Series:
    """Whether a holding stands below the mean of its own worth."""
    worth = (1 + returns.dropna()).cumprod()
    return (worth < worth.rolling(sessions).mean()).reindex(asked)


def _shrunk(path: Array, stopped: NDArray[np.bool_]) -> Array:
    held = path.copy()
    for place in range(1, len(held)):
        if stopped[place] and held[place] > held[place - 1]:
            held[place] = held[place - 1]
    return held


def _figures(held: Array, net: Array, rate: Array) -> Iterator[tuple[str, float]]:
    yearly = float(np.prod(1 + net)) ** (252 / len(net)) - 1
    deepest = _deepest(net)
    above = net - rate
    yield "annual_return", yearly
    yield "annual_volatility", float(net.std(ddof=1)) * 252**0.5
    yield "sharpe", float(above.mean() / above.std()) * 252**0.5 if np.ptp(above) else np.nan
    yield "max_drawdown", deepest
    yield "calmar", -yearly / deepest if deepest else np.nan
    yield "expected_shortfall", float(np.sort(net)[: max(round(0.05 * len(net)), 1)].mean())
    yield "turnover_per_year", float(np.abs(np.diff(held)).sum()) * 252 / len(net)
    yield "mean_exposure", float(held.mean())


def _deepest(net: Array) -> float:
    wealth = np.cumprod(1 + net)
    return float((wealth / np.maximum.accumulate(np.append(1.0, wealth))[1:] - 1).min())
