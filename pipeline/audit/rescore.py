"""Scores made again from the published files alone, by no line of the code that made them.

What is a score and not a forecast cannot look ahead by itself, but it can be of other rows, or be
edited. So the figures that people read are made a second time, from the formulas in their books.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.scenarios import SCENARIOS
from pipeline.settings.desk import DeskSettings, TierSettings

Array = NDArray[np.float64]
Scores = dict[str, float]

DELAYS = (0, 1, 5, 10)
COST = 0.001
"""Of back-tests: sessions of delay, and a trade's cost."""

TINY = np.finfo(float).eps


def scores(outlook: pd.DataFrame, labels: pd.DataFrame, reference: str) -> Scores:
    """Figures of ``data/evaluation.json``, keyed ``window.model.figure``."""
    known = outlook.merge(labels[["session", "window", "scenario"]], on=["session", "window"])
    made: Scores = {}
    for window, rows in known.groupby("window"):
        against = _losses(rows[rows["model"] == reference].sort_values("session"))
        for model, mine in rows.groupby("model"):
            one = mine.sort_values("session")
            years = one["session"].dt.year.to_numpy()
            for name, value in _figures(one, against, years):
                made[f"{window}.{model}.{name}"] = value
    return made


def _figures(rows: pd.DataFrame, against: Array, years: Array) -> Iterator[tuple[str, float]]:
    losses, proba = _losses(rows), rows[list(SCENARIOS)].to_numpy()
    truth = np.column_stack([rows["scenario"] == name for name in SCENARIOS])
    yield "sessions", len(rows)
    yield "log_loss", losses.mean()
    yield "log_loss_skill", 1 - losses.mean() / against.mean()
    yield "brier", ((proba - truth) ** 2).sum(axis=1).mean()
    for k, name in enumerate(SCENARIOS):
        yield f"auc.{name}", _auc(proba[truth[:, k], k], proba[~truth[:, k], k])
    for year in np.unique(years):
        of = years == year
        yield f"by_year.{year}.log_loss_skill", 1 - losses[of].mean() / against[of].mean()


def _losses(rows: pd.DataFrame) -> Array:
    given = np.select(
        [rows["scenario"] == name for name in SCENARIOS], [rows[name] for name in SCENARIOS]
    )
    return -np.log(np.maximum(given, TINY))


def _auc(yes: Array, no: Array) -> float:
    """Share of pairs in which the yes was ranked above the no; half for ties."""
    if not len(yes) or not len(no):
        return float("nan")
    ordered = np.sort(no)
    below, upto = (np.searchsorted(ordered, yes, side=side) for side in ("left", "right"))
    return float((below + upto).sum() / (2 * len(yes) * len(no)))


def tier_figures(
    decided: pd.DataFrame,
    prices: pd.DataFrame,
    volatility: pd.Series,
    desk: DeskSettings,
    ahead: int,
) -> Scores:
    """Figures of ``data/tiers.json``, keyed by their place in it.

    Parameters
    ----------
    decided
        By session: ``tier``, ``exposure``, ``action``, ``event_kind``.
    prices
        Closes of the assets that are followed.
    volatility
        By session, what the exposure is targeted by.
    desk
        The rules.
    ahead
        Sessions that followed, of the table by tier.
    """
    made: Scores = {}
    earned = (prices["spy"] / prices["spy"].shift(1) - 1).reindex(decided.index).to_numpy()
    alone = np.asarray([_targeted(v, desk.tier) for v in volatility.reindex(decided.index)])
    for name, exposure in (("tiers", decided["exposure"].to_numpy(float)),
                           ("volatility_target", alone)):  # fmt: skip
        for key, value in _backtests(exposure, earned):
            made[f"{name}.{key}"] = value
    following = (prices.shift(-ahead) / prices - 1).reindex(decided.index)
    for tier in np.unique(decided["tier"]):
        of = (decided["tier"] == tier).to_numpy()
        made[f"by_tier.{tier}.sessions"] = of.sum()
        for asset in ("spy", "qqq", "btc"):
            moves = following.loc[of, asset].dropna().to_numpy()
            made[f"by_tier.{tier}.{asset}.mean"] = moves.mean() if len(moves) else np.nan
            made[f"by_tier.{tier}.{asset}.std"] = moves.std(ddof=1) if len(moves) > 1 else np.nan
            made[f"by_tier.{tier}.{asset}.worst"] = moves.min() if len(moves) else np.nan
    for name, column in (("actions", "action"), ("events", "event_kind")):
        for answer in decided[column].unique():
            made[f"{name}.{answer}"] = (decided[column] == answer).mean()
    return made


def _targeted(volatility: float, rules: TierSettings) -> float:
    share = min(rules.target_volatility / volatility, 1) if volatility > 0 else 1
    return round(min(round(share * rules.scales[0] / rules.rounding) * rules.rounding, 1), 6)


def _backtests(exposure: Array, earned: Array) -> Iterator[tuple[str, float]]:
    held_in = np.arange(max(DELAYS) + 1, len(exposure))
    held = {f"delay_{delay}": exposure[held_in - 1 - delay] for delay in DELAYS}
    held["buy_and_hold"] = np.ones(len(held_in))
    held["constant"] = np.full(len(held_in), held["delay_0"].mean())
    for name, share in held.items():
        traded = np.abs(np.diff(share, prepend=share[0]))
        net = share * earned[held_in] - COST * traded
        wealth = np.cumprod(1 + net)
        yield f"{name}.annual_return", wealth[-1] ** (252 / len(net)) - 1
        yield f"{name}.annual_volatility", net.std(ddof=1) * 252**0.5
        peak = np.maximum.accumulate(np.append(1.0, wealth))[1:]
        yield f"{name}.max_drawdown", (wealth / peak - 1).min()
        yield f"{name}.turnover_per_year", traded.sum() * 252 / len(net)
        yield f"{name}.mean_exposure", share.mean()


def flat(document: Mapping[str, Any], place: str = "") -> Scores:
    """Numbers of a JSON document by their place; None is no number."""
    made: Scores = {}
    for key, value in document.items():
        here = f"{place}.{key}".strip(".")
        if isinstance(value, Mapping):
            made |= flat(value, here)
        elif value is None or isinstance(value, int | float):
            made[here] = float("nan") if value is None else float(value)
    return made
