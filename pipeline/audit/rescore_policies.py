"""What policies would have done, made again from prices and decisions by no line of the desk's.

Made again are the plain target, insurance, and the yardsticks that look at prices or states alone;
`tilt`, `confirmed` and the jump model are not, nor are intervals.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.settings.desk import DeskSettings

Array = NDArray[np.float64]

DELAYS = (0, 1, 5, 10)
COSTS = {"5": 0.0005, "10": 0.001, "20": 0.002}
COST = 0.001
ADDS_NOTHING = 4


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


def policy_figures(
    decided: pd.DataFrame, returns: pd.Series, earned: pd.Series, cash: pd.Series,
    desk: DeskSettings,
) -> dict[str, float]:  # fmt: skip
    """Figures of one holding in ``data/policies.json``, keyed by their place below it.

    Parameters
    ----------
    decided
        By session: ``tier``, ``state``, ``floor``, ``raises`` and probabilities.
    returns, earned
        Of the holding without and with what its cash earned.
    cash
        What the bill earned.
    desk
        The rules.
    """
    target = _target(returns, desk)
    days = decided[decided.index.isin(target.index)]
    wanted = dict(_wanted(days, returns, target.reindex(days.index).to_numpy(), desk))
    gain, rate = (each.reindex(days.index).to_numpy() for each in (earned, cash))
    made: dict[str, float] = {}
    for name, share in wanted.items():
        for place, delay, cost in (
            *((f"delays.{delay}", delay, COST) for delay in DELAYS),
            *((f"costs.{shown}", 1, cost) for shown, cost in COSTS.items()),
        ):
            for figure, value in _figures(share, delay, cost, gain, rate):
                made[f"policies.{name}.{place}.{figure}"] = value
    return made


def _target(returns: pd.Series, desk: DeskSettings) -> pd.Series:
    known = returns.dropna()
    deviation = known.rolling(desk.target.sessions).std().dropna() * 252**0.5
    path: list[float] = []
    for measured in deviation:
        share = 1.0 if measured <= desk.target.volatility else desk.target.volatility / measured
        if not path or abs(share - path[-1]) > desk.target.band:
            path.append(share)
        else:
            path.append(path[-1])
    return pd.Series(path, deviation.index)


def _wanted(
    days: pd.DataFrame, returns: pd.Series, target: Array, desk: DeskSettings
) -> Iterator[tuple[str, Array]]:
    stopped = (days["tier"] == ADDS_NOTHING).to_numpy()
    yield "target", _shrunk(target, stopped)
    insurance = desk.policies.get("insurance", {})
    if {"weights", "levels", "scales"} <= set(insurance):
        risk = np.zeros(len(days))
        for window, weight in insurance["weights"].items():
            risk = risk + weight * days[f"tightening_shock.{window}"].to_numpy()
        level = np.searchsorted(insurance["levels"], risk, side="right")
        step = np.minimum(np.maximum(level, days["floor"]) + days["raises"], ADDS_NOTHING)
        scaled = target * np.array(insurance["scales"])[step.to_numpy(dtype=int)]
        yield "insurance", _shrunk(scaled, stopped)
    yield "buy_and_hold", np.ones(len(days))
    yield "constant", np.full(len(days), target.mean())
    worth = (1 + returns.dropna()).cumprod()
    over = ~(worth < worth.rolling(200).mean()).reindex(days.index)
    if "mean_200" not in desk.policies:
        yield "mean_200", over.to_numpy().astype(float)
    if "states" not in desk.policies:
        yield "states", (days["state"] != "crisis").to_numpy().astype(float)


def _shrunk(path: Array, stopped: NDArray[np.bool_]) -> Array:
    held = path.copy()
    for place in range(1, len(held)):
        if stopped[place] and held[place] > held[place - 1]:
            held[place] = held[place - 1]
    return held


def _figures(
    share: Array, delay: int, cost: float, gain: Array, rate: Array
) -> Iterator[tuple[str, float]]:
    at = np.arange(max(DELAYS) + 1, len(share))
    held = share[at - 1 - delay]
    traded = np.abs(np.diff(held, prepend=held[0]))
    net = held * gain[at] + (1 - held) * rate[at] - cost * traded
    wealth = np.cumprod(1 + net)
    yearly = wealth[-1] ** (252 / len(net)) - 1
    deepest = (wealth / np.maximum.accumulate(np.append(1.0, wealth))[1:] - 1).min()
    above = net - rate[at]
    yield "annual_return", yearly
    yield "annual_volatility", net.std(ddof=1) * 252**0.5
    yield "sharpe", above.mean() / above.std() * 252**0.5 if np.ptp(above) else np.nan
    yield "max_drawdown", deepest
    yield "calmar", -yearly / deepest if deepest else np.nan
    yield "expected_shortfall", np.sort(net)[: max(round(0.05 * len(net)), 1)].mean()
    yield "turnover_per_year", traded.sum() * 252 / len(net)
    yield "mean_exposure", held.mean()
