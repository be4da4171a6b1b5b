"""Stablecoins as DefiLlama sends them: seconds as text, supply by the currency of the peg."""

from typing import ClassVar

import pandas as pd

from tests.pipeline.providers.client.contract import SourceContract
from tests.pipeline.providers.client.server import Answer
from tests.pipeline.providers.exchanges import every, sent, values


class FakeLlama:
    def __init__(self, rows: pd.DataFrame) -> None:
        self.rows = rows

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        if path != "/stablecoincharts/all":
            return Answer(b"", 404)
        return sent(
            [
                {
                    "date": str(int(time.timestamp())),
                    "totalCirculating": {"peggedUSD": value / 2, "peggedEUR": 5.0},
                    "totalCirculatingUSD": {"peggedUSD": value, "peggedEUR": 7.0},
                }
                for time, value in self.rows.itertuples(index=False)
            ]
        )


class TestSupply(SourceContract):
    provider: ClassVar = "defillama"
    series: ClassVar = "stablecoin_supply"
    code: ClassVar = "all"

    def rows(self) -> pd.DataFrame:
        return values(every("1D"), 1.2e11, 1.7e11)

    def fake(self, rows: pd.DataFrame) -> FakeLlama:
        return FakeLlama(rows)

    def expected(self, now: str) -> pd.DataFrame:
        rows = super().expected(now)
        return rows[rows["time"] <= pd.Timestamp(now) - pd.Timedelta(days=1)]

    def test_the_point_of_the_day_that_runs_is_left_out(self) -> None:
        self.fetch("2024-07-10T23:59Z")
        assert self.stored()["time"].iloc[-1] == pd.Timestamp("2024-07-09", tz="UTC")
        self.fetch("2024-07-11T00:00Z")
        assert self.stored()["time"].iloc[-1] == pd.Timestamp("2024-07-10", tz="UTC")
