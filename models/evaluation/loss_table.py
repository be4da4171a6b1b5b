"""What every forecast cost, session by session: the table by which runs are compared later."""

import numpy as np
import pandas as pd

from models.evaluation.comparison import compare
from models.scenarios import SCENARIOS


def loss_table(outlook: pd.DataFrame, scenarios: pd.DataFrame) -> pd.DataFrame:
    """Log loss of every forecast whose outcome is known.

    Parameters
    ----------
    outlook
        One row a session, window and model: ``session, window, model`` and one column a scenario.
    scenarios
        One row a session and window: ``session, window, scenario, label_end``.

    Returns
    -------
    DataFrame
        One row a session, window and model: ``session, window, model, scenario`` (what happened)
        and ``log_loss`` in nats. It holds the outcome, so that whoever compares two tables sees
        where they were scored by different labels.

    Raises
    ------
    ValueError
        As `models.evaluation.comparison.compare`.
    """
    tables = [
        _of_window(rows, scenarios[scenarios["window"] == window]).assign(window=window)
        for window, rows in outlook.groupby("window", sort=False)
    ]
    columns = ["session", "window", "model", "scenario", "log_loss"]
    return pd.concat(tables, ignore_index=True)[columns]


def _of_window(outlook: pd.DataFrame, scenarios: pd.DataFrame) -> pd.DataFrame:
    comparison = compare(outlook, scenarios)
    happened = np.array(SCENARIOS)[comparison.codes]
    return pd.concat(
        pd.DataFrame(
            {
                "session": comparison.sessions,
                "model": model,
                "scenario": happened,
                "log_loss": comparison.losses(model),
            }
        )
        for model in comparison.probas
    )
