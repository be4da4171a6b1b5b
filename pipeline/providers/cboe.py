"""Cboe's own histories of its volatility indices, and the closes behind its charts of funds."""

from collections.abc import Iterator
from typing import ClassVar

import pandas as pd

from pipeline.base.errors import SchemaError
from pipeline.providers.client.parsing import (
    csv_table,
    dates,
    json_document,
    json_rows,
    numbers,
    require,
    tidy,
)
from pipeline.providers.client.provider import Provider, Request
from pipeline.providers.client.rate_limit import Pace

_CHART = "chart/"


class Cboe(Provider):
    """Codes are Cboe's index symbols, such as ``VIX``, and ``chart/SYMBOL`` for funds.

    An index is one CSV, whole each time. Rows are oldest first, dated MM/DD/YYYY. Indices that are
    computed all day have ``DATE, OPEN, HIGH, LOW, CLOSE``; others (``VVIX``, ``SKEW``) have
    ``DATE`` and one column called as the index. A chart is JSON, oldest first. A zero is a hole,
    not a value.

    Closes of charts are as traded. They stand in for adjusted ones at the end of a history, where
    no dividend has changed these yet: so only the last weeks are asked for, and a dividend paid
    while the first choice is away counts as a fall until it is back.
    """

    name: ClassVar = "cboe"
    about: ClassVar = (
        "Cboe Global Markets, Inc. Free for own use; its index values are its property and may "
        "not be redistributed"
    )
    address: ClassVar = "https://cdn.cboe.com"
    pace: ClassVar = Pace(1, 1.0)
    evidence: ClassVar = {_CHART: "written", "": "recorded"}
    kept_days: ClassVar = {_CHART: 30}

    def pages(self, asked: Request) -> Iterator[pd.DataFrame]:
        """One page."""
        where = f"cboe ({asked.code})"
        if asked.code.startswith(_CHART):
            rows = self._closes(asked.code.removeprefix(_CHART), where)
        else:
            rows = self._index(asked.code, where)
        yield rows[rows["date"] >= asked.since].reset_index(drop=True)

    def _closes(self, symbol: str, where: str) -> pd.DataFrame:
        body = self.http.get(f"/api/global/delayed_quotes/charts/historical/{symbol}.json")
        document = json_document(body, where)
        if not isinstance(document, dict) or "data" not in document:
            raise SchemaError(f"{where} sent no member 'data'; its format has changed")
        table = json_rows(document["data"], where, ("date", "close"))
        return _rows(dates(table["date"], where), numbers(table["close"], where))

    def _index(self, code: str, where: str) -> pd.DataFrame:
        body = self.http.get(f"/api/global/us_indices/daily_prices/{code}_History.csv")
        table = csv_table(body, where, ("DATE",))
        column = "CLOSE" if "CLOSE" in table else code
        require(table, (column,), where)
        values = numbers(table[column], where, missing=("", "N/A"))
        return _rows(dates(table["DATE"], where, "%m/%d/%Y"), values)


def _rows(days: pd.Series, values: pd.Series) -> pd.DataFrame:
    rows = pd.DataFrame({"date": days, "value": values.where(values != 0)})
    return tidy(rows.dropna(subset=["value"]), "date")
