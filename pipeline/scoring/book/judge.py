"""How well each approach forecast the book out of sample, on the sessions of the outlook."""

from typing import Any

import pandas as pd

from models.evaluation.tail_table import compare_tails
from models.forecasting.pool import POOL
from models.risk.approach import names
from models.risk.history import VIX
from models.risk.walk_forward import LEVELS, Spread, Tables, forecast_tails, in_turn
from models.scenarios import SCENARIOS
from pipeline.catalogue import PRICED
from pipeline.params import Params
from pipeline.scoring.book.risk import TAIL, history_of
from pipeline.scoring.call import OUTLOOK_WINDOW
from pipeline.settings.book import Book, check_priced
from pipeline.storage import store


def evaluate_book(settings: Params, forecasts: Tables) -> dict[str, Any]:
    """What ``data/book.json`` holds.

    Parameters
    ----------
    settings
        The book, the windows and the bootstrap.
    forecasts
        From `forecast_book`.

    Returns
    -------
    dict
        ``weights``, ``distribution`` (the chosen one), ``horizon``, ``tail``, ``first`` and
        ``last`` session and their number, and ``approaches`` by name
        (`models.evaluation.tail_table.compare_tails`); none where the book is too young.
    """
    book, horizon = settings.book, settings.scenarios.windows[OUTLOOK_WINDOW].ahead
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


def read_book(book: Book) -> pd.DataFrame:
    """The panel's columns that `forecast_book` reads, by session.

    Raises
    ------
    ConfigurationError
        When the book holds something that has no price.
    """
    check_priced(book, PRICED)
    return store.read_sessions(store.PANEL, [VIX, *book.weights])


def forecast_book(
    settings: Params,
    panel: pd.DataFrame,
    outlook: pd.DataFrame,
    labels: pd.DataFrame,
    spread: Spread = in_turn,
) -> Tables:
    """Tails of the book at each session of the outlook, by approach.

    Parameters
    ----------
    settings
        The book, the windows and the walk-forward.
    panel
        From `read_book`.
    outlook, labels
        Rows of ``data/outlook.parquet`` and ``data/scenarios.parquet``.
    spread
        How the refits are forecast.
    """
    return forecast_tails(
        names(),
        history_of(settings.book.weights, panel),
        _of(labels)[["scenario", "label_end"]],
        _of(outlook[outlook["model"] == POOL])[[*SCENARIOS, "fit_end"]],
        horizon=settings.scenarios.windows[OUTLOOK_WINDOW].ahead,
        level=TAIL,
        min_train=settings.walk_forward.min_train,
        spread=spread,
    )


def _of(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["window"] == OUTLOOK_WINDOW].set_index("session").sort_index()
