"""Funding as BitMEX sends it: its interval written as an instant after 2000-01-01."""

from typing import ClassVar

import pandas as pd

from tests.pipeline.providers.client.contract import SourceContract
from tests.pipeline.providers.client.server import Answer
from tests.pipeline.providers.exchanges import every, funding, sent


class FakeBitmex:
    """Gives fewer rows than are asked for, as any limit may."""

    def __init__(self, rows: pd.DataFrame) -> None:
        self.rows = rows

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        if path != "/api/v1/funding" or query["reverse"] != "false":
            return Answer(b"", 404)
        rows = self.rows[self.rows["time"] >= pd.Timestamp(query["startTime"])]
        written = "%Y-%m-%dT%H:%M:%S.000Z"
        length = pd.Timestamp("2000-01-01") + pd.to_timedelta(rows["interval_hours"], unit="h")
        rows = rows.assign(length=length)
        return sent(
            [
                {
                    "timestamp": row.time.strftime(written),
                    "symbol": query["symbol"],
                    "fundingInterval": row.length.strftime(written),
                    "fundingRate": row.rate,
                    "fundingRateDaily": row.rate * 24 / row.interval_hours,
                }
                for row in rows.head(min(int(query["count"]), 100)).itertuples()
            ]
        )


class TestFunding(SourceContract):
    provider: ClassVar = "bitmex"
    series: ClassVar = "btc_funding_bitmex"
    code: ClassVar = "XBTUSD"

    def rows(self) -> pd.DataFrame:
        """Daily at first, then every 8 hours."""
        daily = funding(every("1D", "2024-01-01 12:00", "2024-02-20 12:00"), 24.0)
        return pd.concat([daily, funding(every("8h", "2024-02-20 20:00"), 8.0)], ignore_index=True)

    def fake(self, rows: pd.DataFrame) -> FakeBitmex:
        return FakeBitmex(rows)

    def test_each_print_keeps_its_own_interval(self) -> None:
        self.fetch(self.now)
        assert set(self.stored()["interval_hours"].iloc[:51]) == {24.0}
        assert set(self.stored()["interval_hours"].iloc[51:]) == {8.0}
