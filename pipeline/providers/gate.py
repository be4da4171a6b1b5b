"""Gate's statistics of a perpetual: the only keyless history of liquidations."""

from collections.abc import Iterator
from typing import Any, ClassVar

import pandas as pd

from pipeline.providers.client.http import Query
from pipeline.providers.client.paging import utc, windows
from pipeline.providers.client.parsing import instants, json_document, json_rows, numbers, tidy
from pipeline.providers.client.provider import Provider, Request
from pipeline.providers.client.rate_limit import Pace

_FIRST = pd.Timestamp("2020-01-01", tz="UTC")
"""Before the statistics began (the oldest documented row is of 2020-10)."""
_DAY = pd.Timedelta(days=1)
_LIMIT = 100
_KEPT_DAYS = 180
"""A ``from`` that is older is refused (status 400, "from time exceeds 180-day limit")."""


class Gate(Provider):
    """Codes are ``CONTRACT/column``. What was liquidated on Gate alone, in USD a day.

    Windows that it has nothing of are passed over.
    """

    about: ClassVar = "Gate. Public market data under its terms"
    address: ClassVar = "https://api.gateio.ws"
    pace: ClassVar = Pace(10, 1.0)
    # A row is asked for by its day's beginning, a day before its stamp.
    kept_days: ClassVar = {"": _KEPT_DAYS - 1}

    def pages(self, asked: Request) -> Iterator[pd.DataFrame]:
        """Pages of 100 days, oldest first; a row is stamped by Gate at its day's beginning."""
        contract, _slash, column = asked.code.partition("/")
        for start, end in windows(max(utc(asked.since), _FIRST), asked.now, _LIMIT * _DAY):
            yield self._days(contract, column, start - _DAY, end - _DAY)

    def _days(
        self, contract: str, column: str, start: pd.Timestamp, end: pd.Timestamp
    ) -> pd.DataFrame:
        """Flows of the days that begin in a window, each stamped at its end."""
        where = f"gate ({contract}/{column})"
        query: Query = {
            "contract": contract,
            "interval": "1d",
            "from": int(start.timestamp()),
            "limit": _LIMIT,
        }
        body = self.http.get_kept("/api/v4/futures/usdt/contract_stats", query)
        table = json_rows(_listed(json_document(body, where)), where, ("time", column))
        begins = instants(table["time"], where)
        rows = pd.DataFrame({"time": begins + _DAY, "value": numbers(table[column], where)})
        return tidy(rows[begins.between(start, end)].dropna(), "time")


def _listed(document: Any) -> Any:
    """Gate sends ``null`` for no rows."""
    return [] if document is None else document
