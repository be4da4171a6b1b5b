"""Stage outlook: every model and baseline, refitted through time, asked on the same days."""

from collections.abc import Sequence

from models.bundle import write_bundle
from models.forecasting.problem import Problem
from pipeline import params
from pipeline.base.progress import watched
from pipeline.base.run import log, stage
from pipeline.compute.jobs import ALONE, check
from pipeline.params import Compute, Params
from pipeline.storage import store
from pipeline.tracking.address import check_reachable, tracking_uri
from pipeline.training.fold_cache import FoldCache
from pipeline.training.problems import (
    final_states,
    forecast_folds,
    make_problems,
    read_inputs,
)

FEW = 12
"""Refits that are fitted in this process: a week brings one or two a window."""


def main() -> None:
    """Write the walk-forward outlook and the final fit of every window."""
    settings = params.load()
    check_reachable(tracking_uri(settings.tracking.uri), settings.tracking.experiment)
    check(settings.compute)
    problems = list(make_problems(settings, read_inputs(), store.read_labels()))
    cache = FoldCache()
    missing = cache.missing(problems)
    refits, new = (sum(len(each.folds) for each in some) for some in (problems, missing))
    log.info("%d refits of %d windows, %d of them new", refits, len(problems), new)
    # Fitted here, a few are ready before workers have imported what they fit with.
    compute = ALONE if new <= FEW else settings.compute
    settings = settings.model_copy(update={"compute": compute})
    _fill(cache, missing, settings)
    store.write_parquet(cache.forecasts(problems), store.OUTLOOK)
    write_final(problems, compute)


def _fill(cache: FoldCache, missing: Sequence[Problem], settings: Params) -> None:
    """Forecast the folds that an earlier run did not, and keep them for the next."""
    jobs = [(part, fold) for part in missing for fold in part.folds]
    made = forecast_folds(missing, settings)
    try:
        for (part, fold), forecasts in zip(jobs, watched(made, "refits", len(jobs)), strict=True):
            cache.add(part, fold, forecasts)
    finally:
        cache.write()


def write_final(problems: Sequence[Problem], compute: Compute) -> None:
    """Fit each window's pool for the sessions to come, where its folds were fitted."""
    names = [problem.window.name for problem in problems]
    content = dict(zip(names, final_states(problems, compute), strict=True))
    store.OUTLOOK_FIT.mkdir(parents=True, exist_ok=True)
    write_bundle(content, store.OUTLOOK_FIT)


if __name__ == "__main__":
    stage(main)
