"""The published scores held against those made again: metrics, their tables, tiers and policies."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from models.evaluation.ceiling import CEILING
from models.forecasting.pool import POOL
from models.scenarios import SCENARIOS
from pipeline.audit.compare import Comparison, Leak
from pipeline.audit.published import Published
from pipeline.audit.rescore import Scores, flat, log_losses, reliability, scores
from pipeline.audit.rescore_policies import Judged, bill, book_returns
from pipeline.audit.rescore_tiers import tier_figures
from pipeline.storage import store

TOLERANCE = 1e-9
"""Relative to the figure, or to one where it is smaller: sums are made in another order."""


def rescored(
    published: Published, decided: pd.DataFrame, wanted: pd.DataFrame, ceilings: pd.DataFrame
) -> Iterator[Comparison]:
    """Compare every published score that can be made from the published files.

    Parameters
    ----------
    published
        Forecasts, labels and prices.
    decided
        Tier and the rest by session, decided again.
    wanted
        From `pipeline.audit.followed.paths_of`: for the policies that have no line here.
    ceilings
        Forecasts of the ceilings; those that are shares are counted here as well.
    """
    settings, windows = published.settings, published.settings.scenarios.window_list()
    seen = [window.name for window in windows if window.back]
    fitted = ceilings[ceilings["window"].isin(seen)]
    outlook = pd.concat([published.outlook, fitted, *_half_year_ceilings(published)])
    embargo = {window.name: settings.walk_forward.embargo(window) for window in windows}
    made = scores(outlook, published.labels, settings.evaluation, embargo)
    policies = _policies(published, decided, wanted)
    yield held("evaluation.json", flat(store.read_json(store.EVALUATION)), made)
    yield held(
        "metrics.json", flat(store.read_json(store.METRICS)), _headline(published, made, policies)
    )
    yield held("plots/leaderboard.csv", _leaderboard(), made, only_told=True)
    years = pd.read_csv(store.PLOTS / "by_year.csv")
    told = {f"{w}.{m}.by_year.{y}.log_loss_skill": s for w, m, y, s in years.to_numpy()}
    yield held("plots/by_year.csv", told, made, only_told=True)
    yield held("plots/reliability.csv", *_reliabilities(published))
    yield held("losses.parquet", *_losses(published))
    ahead = settings.scenarios.windows[settings.desk.outcomes.window].ahead
    own = book_returns(settings.book.weights, published.panel)
    values = published.panel[["spy", "qqq", "btc"]].assign(book=(1 + own).cumprod())
    tiers = tier_figures(decided, values, ahead)
    yield held("tiers.json", flat(store.read_json(store.TIERS)), tiers)
    yield held("policies.json", flat(store.read_json(store.POLICIES)), policies)


def held(file: str, told: Scores, made: Scores, *, only_told: bool = False) -> Comparison:
    """Compare the figures that both have.

    One that is made again and not told is absent from the file; ``only_told`` leaves it out.
    """
    if only_told:
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
        without=tuple(dict.fromkeys(_branch(each, made) for each in told if each not in made)),
    )


def _half_year_ceilings(published: Published) -> Iterator[pd.DataFrame]:
    """Forecasts of the ceilings that are shares: of each scenario in the half of its year."""
    least = published.settings.outlook.floor
    for window in published.settings.scenarios.window_list():
        labels = published.labels[published.labels["window"] == window.name]
        asked = published.outlook.loc[published.outlook["window"] == window.name, "session"]
        known = labels[labels["session"].isin(asked)].set_index("session")
        if not window.back:
            sessions = pd.DatetimeIndex(known.index)
            halves = [sessions.year, sessions.month > 6]
            shares = pd.get_dummies(known["scenario"]).reindex(
                columns=list(SCENARIOS), fill_value=0
            )
            shares = shares.astype(float).groupby(halves).transform("mean")
            proba = least + (1 - len(SCENARIOS) * least) * shares
            yield proba.assign(window=window.name, model=CEILING).reset_index()


def _policies(published: Published, decided: pd.DataFrame, wanted: pd.DataFrame) -> Scores:
    """Every holding's figures, by their place in the file."""
    settings, prices = published.settings, published.panel
    cash = bill(prices["us3m"])
    made: Scores = {}
    for name, weights in (("spy", {"spy": 1.0}), ("qqq", {"qqq": 1.0}),
                          ("book", settings.book.weights)):  # fmt: skip
        returns = book_returns(weights, prices)
        idle = 1 - sum(weight for part, weight in weights.items() if prices[part].notna().any())
        mine = wanted.filter(regex=f"^{name}\\.")
        judged = Judged(decided, returns, returns + idle * cash, cash, settings.desk,
                        settings.evaluation.resampling, mine)  # fmt: skip
        made |= {f"holdings.{name}.{place}": value for place, value in judged.figures()}
    return made


def _headline(published: Published, made: Scores, policies: Scores) -> Scores:
    """What ``dvc metrics`` shows, from the scores made again."""
    found = {}
    for window in published.settings.scenarios.windows:
        of = f"{window}.{POOL}"
        found[f"{window}.skill"] = made[f"{of}.log_loss_skill"]
        if f"{of}.baseline_skill" in made:
            found[f"{window}.over_baseline"] = made[f"{of}.baseline_skill"]
        errors = [made[f"{of}.calibration_error.{name}"] for name in SCENARIOS]
        found[f"{window}.calibration_error"] = np.nanmax(errors)
    of = "holdings.book.policies"
    for figure in ("sharpe", "max_drawdown"):
        followed = f"{of}.{published.settings.desk.policy}.delays.1.{figure}"
        found[f"policy.{figure}"] = policies[followed]
    for name in ("tilt", "confirmed", "insurance"):
        if f"{of}.{name}.over_target.value" in policies:
            found[f"policy.{name}_over_target"] = policies[f"{of}.{name}.over_target.value"]
    return found


_BOARD = {
    "skill": "log_loss_skill", "low": "log_loss_skill_interval.0",
    "high": "log_loss_skill_interval.1", "p": "permutation_p",
    **{f"auc_{name}": f"auc.{name}" for name in SCENARIOS},
    **{f"ece_{name}": f"calibration_error.{name}" for name in SCENARIOS},
}  # fmt: skip


def _leaderboard() -> Scores:
    board = pd.read_csv(store.PLOTS / "leaderboard.csv")
    return {
        f"{row['window']}.{row['model']}.{_BOARD.get(str(name), str(name))}": value
        for row in board.to_dict("records")
        for name, value in row.items()
        if name not in {"window", "model"}
    }


def _scored(published: Published) -> pd.DataFrame:
    """Forecasts beside what happened, in the order of time."""
    labels = published.labels[["session", "window", "scenario"]]
    return published.outlook.merge(labels, on=["session", "window"]).sort_values("session")


def _reliabilities(published: Published) -> tuple[Scores, Scores]:
    """The table as it stands, and the pool's forecasts counted into bins again."""
    rows = _scored(published)
    made: Scores = {}
    for window, pooled in rows[rows["model"] == POOL].groupby("window"):
        for name in SCENARIOS:
            bins = reliability(pooled[name].to_numpy(), (pooled["scenario"] == name).to_numpy())
            made |= {f"{window}.{name}.{p}": value for p, value in flat(bins.T.to_dict()).items()}
    told = pd.read_csv(store.PLOTS / "reliability.csv")
    return {
        f"{row['window']}.{row['scenario']}.{row['bin']}.{figure}": float(row[figure])
        for row in told.to_dict("records")
        for figure in ("predicted", "observed", "count")
    }, made


def _losses(published: Published) -> tuple[Scores, Scores]:
    """Each forecast's loss as it stands, and again."""
    rows = _scored(published)
    truth = pd.Index(SCENARIOS).get_indexer(pd.Index(rows["scenario"])).astype(np.int64)
    again = rows.assign(log_loss=log_losses(rows[list(SCENARIOS)].to_numpy(), truth))
    return _by_place(store.read_parquet(store.LOSSES)), _by_place(again)


def _by_place(rows: pd.DataFrame) -> Scores:
    places = (
        rows["window"] + "." + rows["model"] + "." + rows["scenario"] + "."
        + rows["session"].dt.strftime("%Y-%m-%d")
    )  # fmt: skip
    return dict(zip(places.tolist(), rows["log_loss"].tolist(), strict=True))


def _branch(place: str, made: Scores) -> str:
    """The shortest beginning of a place below which nothing was made again."""
    parts = place.split(".")
    starts = [".".join(parts[:n]) for n in range(1, len(parts) + 1)]
    return next(s for s in starts if not any(each.startswith(f"{s}.") for each in made))


def _same(told: float | None, made: float) -> bool:
    if told is None:
        return False
    if np.isnan(told) or np.isnan(made):
        return bool(np.isnan(told) and np.isnan(made))
    return abs(told - made) <= TOLERANCE * max(1.0, abs(made))


def _shown(value: float | None) -> str:
    return "absent" if value is None else repr(float(value))
