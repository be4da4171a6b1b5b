"""The published scores held against those made again: metrics, their tables, tiers and policies."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from models.forecasting.pool import POOL
from pipeline.audit.compare import Comparison, Leak
from pipeline.audit.published import Published
from pipeline.audit.rescore import Scores, flat, scores, tier_figures
from pipeline.audit.rescore_policies import bill, book_returns, policy_figures
from pipeline.storage import store

TOLERANCE = 1e-9
"""Relative to the figure, or to one where it is smaller: sums are made in another order."""


def rescored(published: Published, decided: pd.DataFrame) -> Iterator[Comparison]:
    """Compare every published score that can be made from the published files.

    Parameters
    ----------
    published
        Forecasts, labels and prices.
    decided
        Tier and the rest by session, decided again.
    """
    settings = published.settings
    made = scores(published.outlook, published.labels, settings.evaluation.reference)
    yield _held("evaluation.json", flat(store.read_json(store.EVALUATION)), made)
    short = {f"{window}.skill": f"{window}.{POOL}.log_loss_skill" for window in _windows(made)}
    headline = {place: made[name] for place, name in short.items()}
    yield _held("metrics.json", flat(store.read_json(store.METRICS)), headline)
    board = pd.read_csv(store.PLOTS / "leaderboard.csv")
    yield _held("plots/leaderboard.csv", _leaderboard(board), made)
    years = pd.read_csv(store.PLOTS / "by_year.csv")
    told = {f"{w}.{m}.by_year.{y}.log_loss_skill": s for w, m, y, s in years.to_numpy()}
    yield _held("plots/by_year.csv", told, made)
    ahead = settings.scenarios.windows[settings.desk.outcomes.window].ahead
    prices = published.panel
    own = book_returns(settings.book.weights, prices)
    values = prices[["spy", "qqq", "btc"]].assign(book=(1 + own).cumprod())
    tiers = tier_figures(decided, values, ahead)
    yield _held("tiers.json", flat(store.read_json(store.TIERS)), tiers)
    yield _held(
        "policies.json", flat(store.read_json(store.POLICIES)), _policies(published, decided)
    )


def _policies(published: Published, decided: pd.DataFrame) -> Scores:
    """Every holding's figures, by their place in the file."""
    desk, prices, cash = published.settings.desk, published.panel, bill(published.panel["us3m"])
    made: Scores = {}
    for name, weights in (("spy", {"spy": 1.0}), ("qqq", {"qqq": 1.0}),
                          ("book", published.settings.book.weights)):  # fmt: skip
        returns = book_returns(weights, prices)
        idle = 1 - sum(weight for part, weight in weights.items() if prices[part].notna().any())
        figures = policy_figures(decided, returns, returns + idle * cash, cash, desk)
        made |= {f"holdings.{name}.{place}": value for place, value in figures.items()}
    return made


def _windows(made: Scores) -> list[str]:
    return list(dict.fromkeys(place.partition(".")[0] for place in made))


def _leaderboard(board: pd.DataFrame) -> Scores:
    told: Scores = {}
    for row in board.to_dict("records"):
        place = f"{row['window']}.{row['model']}"
        told[f"{place}.log_loss_skill"] = row["skill"]
        told |= {
            f"{place}.auc.{str(name).removeprefix('auc_')}": value
            for name, value in row.items()
            if str(name).startswith("auc_")
        }
    return told


def _held(file: str, told: Scores, made: Scores) -> Comparison:
    """Compare the figures that both have; one that is only made again is absent from the file."""
    if file.startswith("plots/"):
        made = {place: made[place] for place in told if place in made}
    wrong = [place for place, value in made.items() if not _same(told.get(place), value)]
    return Comparison(
        stage=file,
        cut="",
        how="rescored",
        sessions=pd.DatetimeIndex([]),
        columns=tuple(made),
        values=len(told),
        own=False,
        leaks=tuple(
            Leak(file, place, "", "", "rescored", _shown(told.get(place)), _shown(made[place]))
            for place in wrong
        ),
    )


def _same(told: float | None, made: float) -> bool:
    if told is None:
        return False
    if np.isnan(told) or np.isnan(made):
        return bool(np.isnan(told) and np.isnan(made))
    return abs(told - made) <= TOLERANCE * max(1.0, abs(made))


def _shown(value: float | None) -> str:
    return "absent" if value is None else repr(float(value))
