"""How well each approach forecast the book out of sample, on the sessions of the outlook."""

from typing import Any

import pandas as pd

from models.evaluation.tail_table import compare_tails
from models.forecasting.pool import POOL
from models.risk.approach import names
from models.risk.history import VIX
from models.risk.walk_forward import LEVELS, forecast_tails
from models.scenarios import SCENARIOS
from pipeline.catalogue import PRICED
from pipeline.params import Params
from pipeline.scoring.book.risk import TAIL, history_of
from pipeline.scoring.call import OUTLOOK_WINDOW
from pipeline.settings.book import check_priced
from pipeline.storage import store


def evaluate_book(settings: Params, outlook: pd.DataFrame, labels: pd.DataFrame) -> dict[str, Any]:
    """What ``data/book.json`` holds.

    Parameters
    ----------
    settings
        The book, the windows and the bootstrap.
    outlook, labels
        Rows of ``data/outlook.parquet`` and ``data/scenarios.parquet``.

    Returns
    -------
    dict
        ``weights``, ``distribution`` (the chosen one), ``horizon``, ``tail``, ``first`` and
        ``last`` session and their number, and ``approaches`` by name
        (`models.evaluation.tail_table.compare_tails`); none where the book is too young.

    Raises
    ------
    ConfigurationError
        When the book holds something that has no price.
    """
    book, horizon = settings.book, settings.scenarios.windows[OUTLOOK_WINDOW].ahead
    check_priced(book, PRICED)
    panel = store.read_sessions(store.PANEL, [VIX, *book.weights])
    forecasts = forecast_book(settings, panel, outlook, labels)
    known = forecasts[book.distribution].dropna().index
    return {
        "weights": book.weights,
        "distribution": book.distribution,
        "horizon": horizon,
        "tail": TAIL,
        "sessions": len(known),
        "first": f"{known[0]:%Y-%m-%d}" if len(known) else None,
        "last": f"{known[-1]:%Y-%m-%d}" if len(known) else None,
        "approaches": compare_tails(
            forecasts,
            book.distribution,
            levels=LEVELS,
            level=TAIL,
            horizon=horizon,
            settings=settings.evaluation.resampling,
        ),
    }


def forecast_book(
    settings: Params, panel: pd.DataFrame, outlook: pd.DataFrame, labels: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Tails of the book at each session of the outlook, by approach.

    Parameters
    ----------
    settings
        The book, the windows and the walk-forward.
    panel
        By session: VIX and what the book holds.
    outlook, labels
        As `evaluate_book`.
    """
    return forecast_tails(
        names(),
        history_of(settings.book.weights, panel),
        _of(labels)[["scenario", "label_end"]],
        _of(outlook[outlook["model"] == POOL])[[*SCENARIOS, "fit_end"]],
        horizon=settings.scenarios.windows[OUTLOOK_WINDOW].ahead,
        level=TAIL,
        min_train=settings.walk_forward.min_train,
    )


def _of(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["window"] == OUTLOOK_WINDOW].set_index("session").sort_index()
