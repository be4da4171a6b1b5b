"""Stage outlook: every model and baseline, refitted through time, asked on the same days."""

from collections.abc import Sequence

import pandas as pd

from models.bundle import write_bundle
from models.forecasting.problem import Problem
from pipeline import params
from pipeline.base.progress import watched
from pipeline.base.run import log, stage
from pipeline.compute.jobs import check
from pipeline.compute.one_thread import one_thread
from pipeline.storage import store
from pipeline.tracking.address import check_reachable, tracking_uri
from pipeline.training.problems import forecast_folds, make_problems, read_inputs


def main() -> None:
    """Write the walk-forward outlook and the final fit of every window."""
    settings = params.load()
    check_reachable(tracking_uri(settings.tracking.uri), settings.tracking.experiment)
    check(settings.compute)
    problems = list(make_problems(settings, read_inputs(), store.read_labels()))
    refits = sum(len(problem.folds) for problem in problems)
    log.info("%d refits of %d windows", refits, len(problems))
    forecasts = watched(forecast_folds(problems, settings), "refits", refits)
    store.write_parquet(pd.concat(forecasts, ignore_index=True), store.OUTLOOK)
    with one_thread():
        write_final(problems)


def write_final(problems: Sequence[Problem]) -> None:
    """Fit each window's pool for the sessions to come."""
    content = {problem.window.name: problem.fit().fitted_state() for problem in problems}
    store.OUTLOOK_FIT.mkdir(parents=True, exist_ok=True)
    write_bundle(content, store.OUTLOOK_FIT)


if __name__ == "__main__":
    stage(main)
