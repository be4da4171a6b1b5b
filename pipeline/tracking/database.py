"""MLflow's database in a SQLite file: made aside, and there once it is whole."""

import logging
from pathlib import Path

from mlflow import MlflowClient

from pipeline.folders import temporary_beside, writing_in
from pipeline.tracking.address import SQLITE

# It prints the traceback of what it raises, and whoever asked gets one sentence of it here.
logging.getLogger("mlflow.store.db.utils").setLevel(logging.CRITICAL)


def make(file: Path) -> None:
    """Have MLflow make its tables; nothing happens when the file is there.

    It takes some seconds, and MLflow can neither use nor mend a file whose making was cut short.

    Parameters
    ----------
    file
        From `pipeline.tracking.address.sqlite_file`.
    """
    if file.exists():
        return
    with writing_in(file.parent, alone=True), temporary_beside(file) as temporary:
        # Another process may have made it while this one waited.
        if not file.exists():
            MlflowClient(f"{SQLITE}{temporary}").search_experiments(max_results=1)
            temporary.chmod(0o644)
            temporary.replace(file)
