"""Stage evaluate: every metric of every model on the same days, and the tables behind the plots."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd

from models.evaluation.ceiling import CEILING, flagged
from models.evaluation.evaluate import Results, evaluate
from models.evaluation.headline import few, headline, policy
from models.evaluation.loss_table import loss_table
from models.evaluation.reliability import reliability_table
from models.forecasting.pool import POOL
from models.risk.walk_forward import Asked, BookProblem, Tables
from models.scenarios import SCENARIOS
from pipeline import params
from pipeline.base.console import percent
from pipeline.base.errors import ConfigurationError, DataMissingError, one_line
from pipeline.base.run import log, stage
from pipeline.compute.jobs import check, side_by_side
from pipeline.compute.one_thread import one_thread
from pipeline.desk.backtest import measure_tiers
from pipeline.desk.history import tiers
from pipeline.desk.holdings import BILL, BOOK, FOLLOWED, bill_returns, followed
from pipeline.desk.policy_scores import score_policies
from pipeline.params import Params
from pipeline.scoring.book.judge import evaluate_book, forecast_book, read_book
from pipeline.scoring.bundle import read_training
from pipeline.scoring.reference import PRICES, check_policy, check_policy_windows
from pipeline.storage import store
from pipeline.training.ceiling import ceilings


def main() -> None:
    """Write metrics, losses, what tiers and policies would have done, and ``data/plots/``."""
    settings = params.load()
    check(settings.compute)
    outlook = store.read_parquet(store.OUTLOOK)
    labels = store.read_labels()
    panel = read_book(settings.book)

    def spread(problem: BookProblem, refits: Sequence[Asked]) -> Iterator[Tables]:
        return side_by_side(BookProblem.forecast, refits, (problem,), settings.compute)

    # The book is refitted in processes of its own beside all the rest. One thread to each sum of
    # products: whether a second one is free would move last bits.
    with one_thread(), ThreadPoolExecutor(1) as waiting:
        tails = waiting.submit(forecast_book, settings, panel, outlook, labels, spread)
        results = _scored(settings, outlook, labels)
        followed, policies = _decisions(settings)
        with_ceilings = _with_ceilings(results, outlook, labels, settings)
        store.write_json(evaluate_book(settings, tails.result()), store.BOOK)
    store.write_json(with_ceilings, store.EVALUATION)
    store.write_json(_headline(results, policies), store.METRICS)
    store.write_parquet(loss_table(outlook, labels), store.LOSSES)
    store.write_json(followed, store.TIERS)
    store.write_json(policies, store.POLICIES)
    store.write_csv(leaderboard_table(results), store.PLOTS / "leaderboard.csv")
    store.write_csv(by_year_table(results), store.PLOTS / "by_year.csv")
    store.write_csv(_reliability(outlook, labels), store.PLOTS / "reliability.csv")
    for window, models in results.items():
        best = models[POOL]
        low, high = best["log_loss_skill_interval"]
        log.info(
            "%-6s pool %s %% [%s, %s]",
            window,
            *(percent(each, signed=True) for each in (best["log_loss_skill"], low, high)),
        )


def _scored(settings: Params, outlook: pd.DataFrame, labels: pd.DataFrame) -> Results:
    """Every metric of every model."""
    try:
        return evaluate(
            outlook,
            labels,
            settings.scenarios.window_list(),
            settings.evaluation,
            settings.walk_forward.embargo,
        )
    except ValueError as error:
        raise ConfigurationError(f"params.yaml: evaluation: {error}") from None


def _with_ceilings(
    results: Results, outlook: pd.DataFrame, labels: pd.DataFrame, settings: Params
) -> Results:
    """The scores with those of each window's ceiling beside them, which say that it is no model."""
    told = ceilings(settings, store.read_sessions(store.FEATURES), labels, outlook)
    opponents = {settings.evaluation.reference, *settings.evaluation.baselines.values()}
    others = outlook[outlook["model"].isin(opponents)].merge(told[["session", "window"]])
    windows = [w for w in settings.scenarios.window_list() if w.name in set(told["window"])]
    scored = evaluate(
        pd.concat([others, told], ignore_index=True),
        labels,
        windows,
        settings.evaluation,
        settings.walk_forward.embargo,
    )
    beside = {w.name: {CEILING: flagged(scored[w.name][CEILING], w)} for w in windows}
    return {window: of | beside.get(window, {}) for window, of in results.items()}


def _headline(results: Results, policies: dict[str, Any]) -> dict[str, Any]:
    windows = {window: few(figures) for window, figures in headline(results, POOL).items()}
    return windows | {"policy": policy(policies)}


def _decisions(settings: Params) -> tuple[dict[str, Any], dict[str, Any]]:
    """What followed the desk's tiers, and what every policy would have done."""
    book, desk = settings.book, settings.desk
    check_policy(desk, book, settings.scenarios.windows)
    check_policy_windows(desk, settings.scenarios.windows)
    training = read_training()
    judged = tiers(training.outlook, training.states, training.values, desk)
    panel = store.read_sessions(store.PANEL, list({*PRICES, *FOLLOWED, *book.weights, BILL}))
    holdings = followed(book, panel)
    ahead = settings.scenarios.windows[desk.outcomes.window].ahead
    values = panel[list(PRICES)].assign(book=(1.0 + holdings[BOOK].returns).cumprod())
    bill = bill_returns(panel[BILL])
    try:
        policies = score_policies(judged, holdings, bill, desk, settings.evaluation.resampling)
    except ValueError as error:
        raise DataMissingError(
            f"{store.PANEL}: policies cannot be followed ({one_line(error)}); bring the missing "
            "rows, hold something else (book.weights), or move walk_forward.first_test behind them"
        ) from None
    return measure_tiers(judged, values, ahead), policies


def leaderboard_table(results: Results) -> pd.DataFrame:
    """One row a window and model, the best of each window first."""
    rows = [
        {
            "window": window,
            "model": model,
            "skill": scores["log_loss_skill"],
            "low": scores["log_loss_skill_interval"][0],
            "high": scores["log_loss_skill_interval"][1],
            "p": scores["permutation_p"],
            **{f"auc_{name}": scores["auc"][name] for name in SCENARIOS},
            **{f"ece_{name}": scores["calibration_error"][name] for name in SCENARIOS},
        }
        for window, models in results.items()
        for model, scores in models.items()
    ]
    table = pd.DataFrame(rows)
    return table.sort_values(["window", "skill"], ascending=[True, False], ignore_index=True)


def by_year_table(results: Results) -> pd.DataFrame:
    """Skill of each model in each year: ``window, model, year, skill``."""
    rows = [
        {"window": window, "model": model, "year": int(year), "skill": scores["log_loss_skill"]}
        for window, models in results.items()
        for model, metrics in models.items()
        for year, scores in metrics["by_year"].items()
    ]
    return pd.DataFrame(rows)


def _reliability(outlook: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    pooled = outlook[outlook["model"] == POOL].merge(labels, on=["session", "window"])
    return pd.concat(_reliability_by_window(pooled), ignore_index=True)


def _reliability_by_window(pooled: pd.DataFrame) -> Iterator[pd.DataFrame]:
    for window, rows in pooled.groupby("window"):
        codes = pd.Categorical(rows["scenario"], categories=SCENARIOS).codes.astype(np.int64)
        table = reliability_table(codes, rows[list(SCENARIOS)].to_numpy())
        yield table.assign(window=window)


if __name__ == "__main__":
    stage(main)
