"""Bybit's version 5: text in lists, newest first, errors with status 200, coins of one side."""

from typing import Any, ClassVar

import pandas as pd
import pytest

from tests.pipeline.providers.client.contract import QUICK, SourceContract
from tests.pipeline.providers.client.server import Answer
from tests.pipeline.providers.exchanges import at, bars, every, funding, ms, sent, values


def refused(code: int, says: str) -> Answer:
    return sent({"retCode": code, "retMsg": says, "result": {}, "retExtInfo": {}, "time": 1})


class FakeBybit:
    """Gives fewer rows than are asked for, as any limit may.

    Attributes
    ----------
    sided
        Whether the one-sided field is there, which older answers lack.
    """

    def __init__(self, rows: pd.DataFrame, step: str = "240", sided: bool = True) -> None:
        self.rows, self.step, self.sided = rows, step, sided
        self.first: list[Answer] = []

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        if self.first:
            return self.first.pop(0)
        if query["category"] != "linear" or query["symbol"] != "BTCUSDT":
            return refused(10001, "symbol invalid")
        if path == "/v5/market/kline":
            return self.klines(query)
        rows = self.newest(self.rows, query["startTime"], query["endTime"], query["limit"])
        if path == "/v5/market/funding/history":
            return self.result([self.funding(row) for row in rows.itertuples()])
        if path == "/v5/market/open-interest" and query["intervalTime"] == "1d":
            return self.result([self.interest(row) for row in rows.itertuples()], "lastid%3D4")
        return Answer(b"", 404)

    def newest(self, rows: pd.DataFrame, start: str, end: str, limit: str) -> pd.DataFrame:
        asked = rows[rows["time"].between(at(start), at(end))]
        return asked.tail(min(int(limit), 90)).iloc[::-1]

    def klines(self, query: dict[str, str]) -> Answer:
        rows = prices() if query["interval"] == "D" else self.rows
        assert query["interval"] in ("D", self.step)
        rows = self.newest(rows, query["start"], query["end"], query["limit"])
        cells = rows[["open", "high", "low", "close", "volume"]].astype(str).to_numpy().tolist()
        stamped = zip(rows["time"], cells, strict=True)
        return self.result([[str(ms(time)), *row, "123.4"] for time, row in stamped])

    def funding(self, row: Any) -> dict[str, str]:
        return {
            "symbol": "BTCUSDT",
            "fundingRate": f"{row.rate:.8f}",
            "fundingRateTimestamp": str(ms(row.time)),
        }

    def interest(self, row: Any) -> dict[str, str]:
        coins = float(row.value / prices().set_index("time")["open"][row.time])
        both = {"openInterest": repr(2 * coins), "timestamp": str(ms(row.time))}
        return {**both, "singleOpenInterest": repr(coins)} if self.sided else both

    def result(self, rows: list[Any], cursor: str = "") -> Answer:
        result = {"category": "linear", "list": rows, "nextPageCursor": cursor}
        return sent({"retCode": 0, "retMsg": "OK", "result": result, "retExtInfo": {}, "time": 1})


def prices() -> pd.DataFrame:
    return bars(every("1D"))


class TestFunding(SourceContract):
    provider: ClassVar = "bybit"
    series: ClassVar = "btc_funding_binance"
    code: ClassVar = "funding/BTCUSDT"

    def rows(self) -> pd.DataFrame:
        """Every 8 hours, for a while every 4 and every hour: more prints than a window of 8."""
        parts = [
            funding(every("8h", "2024-01-01", "2024-02-01")),
            funding(every("4h", "2024-02-01 04:00", "2024-03-01"), 4.0),
            funding(every("1h", "2024-03-01 01:00", "2024-04-01"), 1.0),
            funding(every("8h", "2024-04-01 08:00"), 8.0),
        ]
        return pd.concat(parts, ignore_index=True)

    def fake(self, rows: pd.DataFrame) -> FakeBybit:
        return FakeBybit(rows)

    def test_a_rate_limit_told_with_status_200_is_waited_out(self) -> None:
        fake = FakeBybit(self.rows())
        fake.first = [refused(10006, "Too many visits!")]
        self.server.serve(fake)
        assert self.fetch(self.now).problem is None
        assert any(nap >= 0.5 for nap in self.naps)
        self.same(self.now)

    def test_a_rate_limit_that_stays_is_told(self) -> None:
        fake = FakeBybit(self.rows())
        fake.first = [refused(10006, "Too many visits!")] * QUICK.attempts
        self.server.serve(fake)
        problem = self.fetch(self.now).problem
        assert problem is not None
        assert "busy or broken (code 10006: Too many visits!)" in problem
        assert len(self.server.requests) == QUICK.attempts

    @pytest.mark.parametrize("code", [10001, 10024])
    def test_a_refusal_told_with_status_200_is_not_repeated(self, code: int) -> None:
        fake = FakeBybit(self.rows())
        fake.first = [refused(code, "params error")]
        self.server.serve(fake)
        problem = self.fetch(self.now).problem
        assert problem is not None
        assert f"does not accept the request (code {code}: params error)" in problem
        assert len(self.server.requests) == 1

    def test_a_refused_country_is_told_by_403_too(self) -> None:
        fake = FakeBybit(self.rows())
        fake.first = [Answer(b"<html>The Amazon CloudFront distribution is blocked</html>", 403)]
        self.server.serve(fake)
        problem = self.fetch(self.now).problem
        assert problem is not None
        assert "refuses this address (status 403)" in problem
        assert len(self.server.requests) == 1

    def test_nothing_is_asked_from_before_its_first_contract(self) -> None:
        self.fetch(self.now, since="1997-01-02")
        oldest = min(int(query["startTime"]) for _path, query in self.server.requests)
        assert at(oldest) >= pd.Timestamp("2020-02-28", tz="UTC")


class TestBars(SourceContract):
    provider: ClassVar = "bybit"
    series: ClassVar = "btc_4h"
    code: ClassVar = "kline/BTCUSDT/240"

    def rows(self) -> pd.DataFrame:
        return bars(every("4h"))

    def fake(self, rows: pd.DataFrame) -> FakeBybit:
        return FakeBybit(rows)

    def test_the_bar_that_runs_is_left_out(self) -> None:
        self.fetch("2024-07-10T11:59Z")
        assert self.stored()["time"].iloc[-1] == pd.Timestamp("2024-07-10 04:00", tz="UTC")


class TestInterest(SourceContract):
    provider: ClassVar = "bybit"
    series: ClassVar = "btc_oi_bybit"
    code: ClassVar = "interest/BTCUSDT"

    def rows(self) -> pd.DataFrame:
        return values(every("1D"), 2.5e9, 4e9)

    def fake(self, rows: pd.DataFrame) -> FakeBybit:
        return FakeBybit(rows)

    def test_both_sides_are_halved_where_one_is_not_told(self) -> None:
        self.server.serve(FakeBybit(self.rows(), sided=False))
        self.fetch(self.now)
        self.same(self.now)

    def test_a_provider_that_counts_both_sides_is_refused_beside_what_is_stored(self) -> None:
        self.fetch(self.cut)
        kept = self.stored()
        doubled = self.rows().assign(value=lambda rows: rows["value"] * 2)
        self.server.serve(FakeBybit(doubled))
        problem = self.fetch(self.now).problem
        assert problem is not None
        assert "its unit has changed" in problem
        pd.testing.assert_frame_equal(self.stored(), kept)

    def test_a_cursor_that_never_ends_is_not_followed(self) -> None:
        self.fetch(self.now)
        assert not any("cursor" in query for _path, query in self.server.requests)
        assert len(self.server.requests) < 12

    def test_a_zero_is_a_hole(self) -> None:
        rows = self.rows()
        rows.loc[40, "value"] = 0.0
        self.server.serve(FakeBybit(rows))
        self.fetch(self.now)
        assert rows["time"][40] not in set(self.stored()["time"])
        assert len(self.stored()) == len(self.expected(self.now)) - 1
