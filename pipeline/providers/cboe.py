"""Cboe's own histories of its volatility indices; one CSV an index, whole each time."""

from collections.abc import Iterator
from typing import ClassVar

import pandas as pd

from pipeline.providers.client.parsing import csv_table, dates, numbers, require, tidy
from pipeline.providers.client.provider import Provider, Request
from pipeline.providers.client.rate_limit import Pace


class Cboe(Provider):
    """Codes are Cboe's index symbols, such as ``VIX``.

    Rows are oldest first, dated MM/DD/YYYY. Indices that are computed all day have ``DATE, OPEN,
    HIGH, LOW, CLOSE``; others (``VVIX``, ``SKEW``) have ``DATE`` and one column called as the
    index. A zero is a hole, not a value.
    """

    name: ClassVar = "cboe"
    about: ClassVar = (
        "Cboe Global Markets, Inc. Free for own use; its index values are its property and may "
        "not be redistributed"
    )
    address: ClassVar = "https://cdn.cboe.com"
    pace: ClassVar = Pace(1, 1.0)

    def pages(self, asked: Request) -> Iterator[pd.DataFrame]:
        """One page."""
        where = f"cboe ({asked.code})"
        body = self.http.get(f"/api/global/us_indices/daily_prices/{asked.code}_History.csv")
        table = csv_table(body, where, ("DATE",))
        column = "CLOSE" if "CLOSE" in table else asked.code
        require(table, (column,), where)
        values = numbers(table[column], where, missing=("", "N/A"))
        rows = pd.DataFrame(
            {"date": dates(table["DATE"], where, "%m/%d/%Y"), "value": values.where(values != 0)}
        )
        rows = tidy(rows.dropna(subset=["value"]), "date")
        yield rows[rows["date"] >= asked.since].reset_index(drop=True)
