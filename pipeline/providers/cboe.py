"""Cboe's own histories of its volatility indices, and the closes behind its charts of funds."""

from collections.abc import Iterator
from typing import ClassVar

import pandas as pd

from pipeline.providers.client.parsing import csv_table, dated, dates, json_table, numbers, require
from pipeline.providers.client.provider import Provider, Request

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

    about: ClassVar = (
        "Cboe Global Markets, Inc. Free for own use; its index values are its property and may "
        "not be redistributed"
    )
    address: ClassVar = "https://cdn.cboe.com"
    evidence: ClassVar = {_CHART: "written", "": "recorded"}
    kept_days: ClassVar = {_CHART: 30}

    def pages(self, asked: Request) -> Iterator[pd.DataFrame]:
        """One page."""
        where = f"cboe ({asked.code})"
        if asked.code.startswith(_CHART):
            days, values = self._closes(asked.code.removeprefix(_CHART), where)
        else:
            days, values = self._index(asked.code, where)
        yield dated(days, values.where(values != 0), asked.since)

    def _closes(self, symbol: str, where: str) -> tuple[pd.Series, pd.Series]:
        body = self.http.get(f"/api/global/delayed_quotes/charts/historical/{symbol}.json")
        table = json_table(body, where, ("date", "close"), "data")
        return dates(table["date"], where), numbers(table["close"], where)

    def _index(self, code: str, where: str) -> tuple[pd.Series, pd.Series]:
        body = self.http.get(f"/api/global/us_indices/daily_prices/{code}_History.csv")
        table = csv_table(body, where, ("DATE",))
        column = "CLOSE" if "CLOSE" in table else code
        require(table, (column,), where)
        values = numbers(table[column], where, missing=("", "N/A"))
        return dates(table["DATE"], where, "%m/%d/%Y"), values
