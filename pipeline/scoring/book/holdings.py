"""A file of the user's holdings: shown for, and kept nowhere."""

from pathlib import Path
from typing import cast

import pandas as pd

from pipeline.base.errors import (
    ConfigurationError,
    DataMissingError,
    SchemaError,
)
from pipeline.catalogue import PRICED
from pipeline.scoring.book.hedge import COMPOSITE
from pipeline.scoring.book.risk import book_risk, known_windows
from pipeline.scoring.book.rules import BookRules
from pipeline.scoring.call import OUTLOOK_WINDOW
from pipeline.scoring.document import Call
from pipeline.scoring.words import windows
from pipeline.settings.book import Book, nearest
from pipeline.storage import store
from pipeline.storage.csv_file import listed, read_csv_file

_COLUMNS = ["series", "weight"]


def read_holdings(path: Path) -> dict[str, float]:
    """Weights by priced series, of a CSV file with columns ``series`` and ``weight``.

    Raises
    ------
    ConfigurationError
        When there is no such file.
    SchemaError
        When it is not such a file, names what has no price, or the weights are no book.
    """
    if not path.is_file():
        raise ConfigurationError(f"--book: there is no file {path}; give a CSV of series,weight")
    file = read_csv_file(path)
    if sorted(file.cells.columns) != _COLUMNS:
        raise SchemaError(
            f"{path} has the columns {listed(file.cells.columns)}; holdings have two, series and "
            "weight"
        )
    series, weights = file.texts("series"), file.numbers("weight")
    for name, weight in zip(series, weights, strict=True):
        if pd.isna(name) or pd.isna(weight):
            raise SchemaError(f"{path} has a row without a series or a weight; fill or remove it")
        if name not in PRICED:
            raise SchemaError(f"{path}: {name[:60]!r} has no price; {nearest(name, PRICED)}")
    if twice := sorted(series[series.duplicated()]):
        raise SchemaError(f"{path} has {twice[0]!r} more than once; add its weights up")
    held = dict(zip(series, weights.tolist(), strict=True))
    try:
        Book(held)
    except ConfigurationError as error:
        raise SchemaError(f"{path}: {str(error).removeprefix('book.')}") from None
    return held


def for_holdings(call: Call, rules: BookRules, weights: dict[str, float]) -> Call:
    """The call with the risk of other holdings in place of the book's; nothing is kept of it.

    Raises
    ------
    DataMissingError
        When a holding has no price at the source, or the book too short a past.
    """
    rules, session = rules.of(weights), pd.Timestamp(call["session"])
    horizon = windows(call)[OUTLOOK_WINDOW]["ahead"]
    labels = store.read_parquet(
        store.SCENARIOS, ["session", "window", "scenario", COMPOSITE, "label_end"]
    )
    risk = book_risk(
        rules,
        store.read_sessions(store.PANEL, rules.series).loc[:session],
        known_windows(labels, OUTLOOK_WINDOW, session),
        call["probabilities"][OUTLOOK_WINDOW],
        horizon,
        "holdings",
    )
    if risk is None:
        raise DataMissingError(
            f"the holdings have no price on {call['session']}, or fewer than {rules.min_train} "
            "past windows in which all of them had one; leave the youngest out, or bring more of "
            "its history"
        )
    return cast("Call", {**call, "book": risk})
