"""Stage outlook: every model and baseline, refitted through time, asked on the same days."""

from collections.abc import Sequence

import pandas as pd

from models.bundle import write_bundle
from models.forecasting.problem import Problem
from pipeline import params
from pipeline.base.progress import watched
from pipeline.base.run import log, stage
from pipeline.compute.jobs import ALONE, check
from pipeline.params import Params
from pipeline.storage import store
from pipeline.tracking.address import check_reachable, tracking_uri
from pipeline.training.fold_cache import FoldCache
from pipeline.training.problems import forecast_folds, make_problems, read_inputs

FEW = 12
"""Refits that are fitted in this process: a week brings one or two a window."""


def main() -> None:
    """Write the walk-forward outlook and the final fit of every window."""
    settings = params.load()
    check_reachable(tracking_uri(settings.tracking.uri), settings.tracking.experiment)
    check(settings.compute)
    problems = list(make_problems(settings, read_inputs(), store.read_labels()))
    store.write_parquet(_forecasts(problems, settings), store.OUTLOOK)
    write_final(problems)


def _forecasts(problems: Sequence[Problem], settings: Params) -> pd.DataFrame:
    """Forecasts of every fold: as an earlier run left them where nothing that counts differs."""
    cache = FoldCache()
    missing = cache.missing(problems)
    jobs = [(part, fold) for part in missing for fold in part.folds]
    refits = sum(len(problem.folds) for problem in problems)
    log.info("%d refits of %d windows, %d of them new", refits, len(problems), len(jobs))
    # Fitted here, a few are ready before workers have imported what they fit with.
    compute = ALONE if len(jobs) <= FEW else settings.compute
    made = forecast_folds(missing, settings.model_copy(update={"compute": compute}))
    try:
        for (part, fold), forecasts in zip(jobs, watched(made, "refits", len(jobs)), strict=True):
            cache.add(part, fold, forecasts)
    finally:
        cache.write()
    return cache.forecasts(problems)


def write_final(problems: Sequence[Problem]) -> None:
    """Fit each window's pool for the sessions to come."""
    content = {problem.window.name: problem.fit().fitted_state() for problem in problems}
    store.OUTLOOK_FIT.mkdir(parents=True, exist_ok=True)
    write_bundle(content, store.OUTLOOK_FIT)


if __name__ == "__main__":
    stage(main)
