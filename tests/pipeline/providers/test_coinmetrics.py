"""Prices as Coin Metrics sends them: nanoseconds in the time, a link to the next page."""

from typing import ClassVar

import pandas as pd

from tests.pipeline.providers.client.contract import SourceContract
from tests.pipeline.providers.client.server import Answer
from tests.pipeline.providers.exchanges import every, sent, values

PAGE = 40


class FakeMetrics:
    """Its links point to another host, which must not be asked."""

    def __init__(self, rows: pd.DataFrame, circle: bool = False) -> None:
        self.rows, self.circle = rows, circle

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        if path != "/v4/timeseries/asset-metrics" or query["metrics"] != "PriceUSD":
            return Answer(b"", 404)
        start = pd.Timestamp(query["start_time"], tz="UTC")
        end = pd.Timestamp(query["end_time"], tz="UTC")
        rows = self.rows[self.rows["time"].between(start, end)]
        first = int(query.get("next_page_token", 0))
        document: dict[str, object] = {
            "data": [
                {
                    "asset": query["assets"],
                    "time": f"{time:%Y-%m-%dT%H:%M:%S}.000000000Z",
                    "PriceUSD": str(value),
                }
                for time, value in rows.iloc[first : first + PAGE].itertuples(index=False)
            ]
        }
        if first + PAGE < len(rows):
            token = 0 if self.circle else first + PAGE
            pairs = "&".join(f"{name}={value}" for name, value in query.items())
            link = f"http://elsewhere.invalid/v4/steal?{pairs}&next_page_token={token}"
            document |= {"next_page_token": str(token), "next_page_url": link}
        return sent(document)


class TestPrice(SourceContract):
    provider: ClassVar = "coinmetrics"
    series: ClassVar = "btc"
    code: ClassVar = "btc"

    def rows(self) -> pd.DataFrame:
        """A close and nothing else."""
        closes = values(every("1D"), 40_000, 70_000).rename(columns={"value": "close"})
        nothing = float("nan")
        rows = closes.assign(open=nothing, high=nothing, low=nothing, volume=nothing)
        return rows[["time", "open", "high", "low", "close", "volume"]]

    def fake(self, rows: pd.DataFrame) -> FakeMetrics:
        return FakeMetrics(rows[["time", "close"]])

    def test_pages_that_go_in_circles_end(self) -> None:
        self.server.serve(FakeMetrics(self.rows()[["time", "close"]], circle=True))
        outcome = self.fetch(self.now)
        assert outcome.problem == "coinmetrics (btc) pages in circles; fetch again later"
        assert len(self.server.requests) == 2

    def test_a_coin_that_once_cost_cents_is_stored_from_a_dollar_on(self) -> None:
        young = self.rows()[["time", "close"]]
        young.loc[:2, "close"] = [0.08584, 0.0808, 0.09]
        self.server.serve(FakeMetrics(young))
        assert self.fetch(self.now).problem is None
        assert self.stored()["time"].iloc[0] == pd.Timestamp("2024-01-04", tz="UTC")

    def test_a_price_that_falls_below_its_range_later_is_refused(self) -> None:
        self.fetch(self.cut)
        broken = self.rows()[["time", "close"]]
        broken.loc[broken["time"] >= "2024-06-04", "close"] = 0.09
        self.server.serve(FakeMetrics(broken))
        assert "outside 1 to 1e+08 USD" in str(self.fetch(self.now).problem)

    def test_the_day_that_runs_is_no_bar_yet(self) -> None:
        self.fetch(self.now)
        assert self.stored()["time"].iloc[-1] == pd.Timestamp("2024-07-09", tz="UTC")
