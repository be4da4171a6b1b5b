"""Stage outlook: every model and baseline, refitted through time, asked on the same days."""

import pandas as pd

from models.bundle import write_bundle
from models.training import fit_final
from pipeline import params
from pipeline.base.progress import watched
from pipeline.base.run import log, stage
from pipeline.compute.jobs import check
from pipeline.params import Outlook
from pipeline.storage import store
from pipeline.tracking.address import check_reachable, tracking_uri
from pipeline.training.tasks import Task, forecast_folds, make_tasks, read_inputs


def main() -> None:
    """Write the walk-forward outlook and the final fit of every window."""
    settings = params.load()
    check_reachable(tracking_uri(settings.tracking.uri), settings.tracking.experiment)
    check(settings.compute)
    tasks = list(make_tasks(settings, read_inputs(), store.read_parquet(store.SCENARIOS)))
    refits = sum(len(task.folds) for task in tasks)
    log.info("%d refits of %d windows", refits, len(tasks))
    forecasts = watched(forecast_folds(tasks, settings), "refits", refits)
    store.write_parquet(pd.concat(forecasts, ignore_index=True), store.OUTLOOK)
    write_final(tasks, settings.outlook)


def write_final(tasks: list[Task], outlook: Outlook) -> None:
    """Fit each window's pool for the sessions to come."""
    content = {
        task.window.name: fit_final(
            task.specs,
            task.members,
            task.window,
            task.features,
            task.outcomes,
            embargo=task.embargo,
            least=outlook.floor,
        ).fitted_state()
        for task in tasks
    }
    store.OUTLOOK_FIT.mkdir(parents=True, exist_ok=True)
    write_bundle(content, store.OUTLOOK_FIT)


if __name__ == "__main__":
    stage(main)
