"""Cboe's CSV: MM/DD/YYYY, oldest first; open to close, or one column called as the index."""

from typing import ClassVar

import pandas as pd

from tests.pipeline.providers.client.contract import SourceContract, smooth, weekdays
from tests.pipeline.providers.client.server import Answer
from tests.pipeline.providers.exchanges import sent

BASE = "/api/global/us_indices/daily_prices/"


class FakeCboe:
    def __init__(self, rows: pd.DataFrame, columns: str, line: str) -> None:
        self.rows, self.columns, self.line = rows, columns, line

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        if not path.startswith(BASE) or not path.endswith("_History.csv") or query:
            return Answer(b"", 404)
        lines = [
            f"{date:%m/%d/%Y}," + self.line.format(value) for date, value in self.rows.to_numpy()
        ]
        return Answer("\n".join([f"DATE,{self.columns}", *lines]).encode())


class OfVix(SourceContract):
    provider: ClassVar = "cboe"
    series: ClassVar = "vix"
    code: ClassVar = "VIX"

    def rows(self) -> pd.DataFrame:
        dates = weekdays()
        return pd.DataFrame({"date": dates, "value": list(smooth(len(dates), 12.0, 24.0))})

    def fake(self, rows: pd.DataFrame) -> FakeCboe:
        return FakeCboe(rows, "OPEN,HIGH,LOW,CLOSE", "99,99,9,{:.6f}")


class TestBars(OfVix):
    def test_a_zero_is_a_hole(self) -> None:
        rows = self.rows()
        rows.loc[3, "value"] = 0.0
        self.server.serve(self.fake(rows))
        assert self.fetch(self.now).problem is None
        assert rows["date"][3] not in set(self.stored()["date"])
        assert len(self.stored()) == len(self.expected(self.now)) - 1

    def test_another_format_is_refused_by_name(self) -> None:
        self.server.serve(FakeCboe(self.rows(), "OPEN,HIGH,LOW,LAST", "1,1,1,{}"))
        outcome = self.fetch(self.now)
        assert outcome.problem is not None
        assert "no column 'VIX', only DATE, OPEN" in outcome.problem

    def test_american_dates_are_not_read_as_european(self) -> None:
        self.fetch(self.now)
        assert self.stored()["date"].is_monotonic_increasing
        assert pd.Timestamp("2024-02-01") in set(self.stored()["date"])


class TestOneColumn(OfVix):
    series: ClassVar = "vvix"
    code: ClassVar = "VVIX"

    def rows(self) -> pd.DataFrame:
        return super().rows().assign(value=lambda rows: rows["value"] * 5)

    def fake(self, rows: pd.DataFrame) -> FakeCboe:
        return FakeCboe(rows, "VVIX", "{:.6f}")


class FakeChart:
    """Closes as traded; days before a fund was listed are zeros."""

    def __init__(self, rows: pd.DataFrame) -> None:
        self.rows = rows

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        if path != "/api/global/delayed_quotes/charts/historical/SPY.json" or query:
            return Answer(b"", 404)
        bars = [
            {"date": f"{date:%Y-%m-%d}", "open": 9.0, "close": value, "volume": 1000}
            for date, value in self.rows.to_numpy()
        ]
        return sent({"symbol": "SPY", "data": [{"date": "2004-01-02", "close": 0.0}, *bars]})


class TestChart(SourceContract):
    provider: ClassVar = "cboe"
    series: ClassVar = "spy"
    code: ClassVar = "chart/SPY"
    start: ClassVar = "2024-06-12"
    cut: ClassVar = "2024-07-02T12:00Z"

    def rows(self) -> pd.DataFrame:
        dates = weekdays()
        return pd.DataFrame({"date": dates, "value": list(smooth(len(dates), 480.0, 550.0))})

    def fake(self, rows: pd.DataFrame) -> FakeChart:
        return FakeChart(rows)

    def test_only_the_last_weeks_are_taken_since_dividends_are_not_in_it(self) -> None:
        self.fetch(self.now, since="1997-01-02")
        assert self.stored()["date"].iloc[0] == pd.Timestamp("2024-06-12")
