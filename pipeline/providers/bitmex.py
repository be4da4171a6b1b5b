"""BitMEX: the oldest perpetual's funding."""

from collections.abc import Iterator
from typing import ClassVar

import pandas as pd

from pipeline.providers.client.funding_interval import on_the_minute
from pipeline.providers.client.http import Query
from pipeline.providers.client.paging import forward, utc
from pipeline.providers.client.parsing import iso_instants, json_table, numbers
from pipeline.providers.client.provider import Provider, Request
from pipeline.providers.client.rate_limit import Pace

_ZERO = pd.Timestamp("2000-01-01", tz="UTC")
"""A duration is written as the instant that is so long after this one."""
_COLUMNS = ("timestamp", "fundingRate", "fundingInterval")


class Bitmex(Provider):
    """Codes are BitMEX's symbols. Funding was daily before it was every 8 hours."""

    about: ClassVar = "BitMEX. Public market data; 30 requests a minute without an account"
    address: ClassVar = "https://www.bitmex.com"
    pace: ClassVar = Pace(25, 60.0)
    evidence: ClassVar = {"": "quoted"}

    def pages(self, asked: Request) -> Iterator[pd.DataFrame]:
        """Pages of at most 500 prints, oldest first; each carries its interval."""
        code, since = asked.code, utc(asked.since)
        yield from forward(lambda start: self._prints(code, start), since, asked.now)

    def _prints(self, symbol: str, start: pd.Timestamp) -> pd.DataFrame:
        where = f"bitmex ({symbol})"
        query: Query = {
            "symbol": symbol,
            "count": 500,
            "startTime": f"{start:%Y-%m-%dT%H:%M:%S}.{start.microsecond // 1000:03d}Z",
            "reverse": "false",
        }
        body = self.http.get("/api/v1/funding", query)
        table = json_table(body, where, _COLUMNS)
        length = iso_instants(table["fundingInterval"], where) - _ZERO
        return pd.DataFrame(
            {
                "time": on_the_minute(iso_instants(table["timestamp"], where)),
                "rate": numbers(table["fundingRate"], where),
                "interval_hours": length / pd.Timedelta(hours=1),
            }
        )
