"""Binance's interfaces: milliseconds, oldest first from ``startTime``, statistics of 30 days."""

from collections.abc import Mapping
from typing import ClassVar

import pandas as pd
import pytest

from pipeline.fetching.connections import Connections
from pipeline.providers.binance import contract_usd
from pipeline.providers.client.failures import ProviderError, TransientError
from pipeline.providers.client.http import Http
from pipeline.providers.client.provider import Request
from pipeline.providers.client.rate_limit import Pace
from pipeline.settings.live import LiveSettings
from tests.pipeline.providers.client.contract import SourceContract
from tests.pipeline.providers.client.server import Answer
from tests.pipeline.providers.exchanges import at, bars, every, funding, ms, sent, values

KLINES = ("/api/v3/klines", "/fapi/v1/klines")
STATISTICS = {
    "/futures/data/openInterestHist": ("sumOpenInterest", 100.0),
    "/futures/data/globalLongShortAccountRatio": ("longShortRatio", 1.0),
}


class FakeBinance:
    """Gives fewer rows than are asked for, as any limit may.

    Attributes
    ----------
    jitter
        Milliseconds by which a funding print is booked late, by turns.
    """

    jitter = (0, 3, -2, 11)

    def __init__(self, rows: pd.DataFrame) -> None:
        self.rows = rows

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        if path in STATISTICS:
            return self.statistic(query, *STATISTICS[path])
        if path in KLINES:
            return self.klines(query)
        if path == "/fapi/v1/fundingRate":
            return self.funding(query)
        return Answer(b"", 404)

    def klines(self, query: dict[str, str]) -> Answer:
        rows = self.rows[self.rows["time"] >= at(query["startTime"])]
        rows = rows.head(min(int(query["limit"]), 300))
        cells = rows[["open", "high", "low", "close", "volume"]].astype(str).to_numpy().tolist()
        stamped = zip(rows["time"], cells, strict=True)
        return sent(
            [[ms(time), *row, ms(time) + 1, "1.0", 7, "1.0", "1.0", "0"] for time, row in stamped]
        )

    def funding(self, query: dict[str, str]) -> Answer:
        booked = [ms(time) + self.jitter[n % 4] for n, time in enumerate(self.rows["time"])]
        prints = [
            {"symbol": query["symbol"], "fundingTime": time, "fundingRate": f"{rate:.8f}"}
            for time, rate in zip(booked, self.rows["rate"], strict=True)
            if time >= int(query["startTime"])
        ]
        return sent(prints[: min(int(query["limit"]), 200)])

    def statistic(self, query: Mapping[str, str], column: str, unit: float) -> Answer:
        """Its last row is of the moment."""
        assert query["period"] == "1d"
        assert query.get("pair", query.get("symbol")) in ("BTCUSD", "BTCUSDT")
        assert query.get("contractType", "PERPETUAL") == "PERPETUAL"
        rows = self.rows[self.rows["time"] >= at(query["startTime"])]
        sums = [(ms(time), value / unit) for time, value in rows.itertuples(index=False)]
        sums.append((sums[-1][0] + 1_234_567, 9.0))
        return sent([{column: repr(value), "timestamp": time} for time, value in sums])


class TestSpot(SourceContract):
    provider: ClassVar = "binance"
    series: ClassVar = "btc"
    code: ClassVar = "spot/BTCUSDT/1d"

    def rows(self) -> pd.DataFrame:
        return bars(every("1D"))

    def fake(self, rows: pd.DataFrame) -> FakeBinance:
        return FakeBinance(rows)

    @pytest.mark.parametrize("seconds", [3, 86_400])
    def test_a_ban_is_waited_for_or_told(self, seconds: int) -> None:
        answers = [Answer(b"{}", 418, {"Retry-After": str(seconds)})]
        fake = FakeBinance(self.rows())
        real = fake.answer
        fake.answer = lambda *asked: answers.pop() if answers else real(*asked)  # type: ignore[method-assign]
        self.server.serve(fake)
        problem = self.fetch(self.now).problem
        if seconds == 3:
            assert problem is None
            assert 3.0 in self.naps
        else:
            assert problem == "binance asks to wait 86400 seconds; fetch again later"

    def test_a_named_address_stands_for_every_host(self) -> None:
        ours = self.server.address
        for named in (False, True):
            http = Http("binance", ours, Pace(9, 1.0), sleep=self.naps.append, only=named)
            query = {"startTime": 0, "limit": 1}
            if named:
                body = http.read(KLINES[0], query, bytes, at="http://127.0.0.1:9")
                assert body.startswith(b"[[")
            else:
                with pytest.raises(TransientError, match="cannot be reached"):
                    http.read(KLINES[0], query, bytes, at="http://127.0.0.1:9")
            http.close()

    def test_an_address_that_is_not_named_is_the_provider_s_own(self) -> None:
        with Connections(LiveSettings()) as connections:
            http = connections.open("binance").http
            assert (http.address, http.only) == ("https://data-api.binance.vision", False)
        with self.connect() as connections:
            assert connections.open("binance").http.only

    def test_an_unknown_code_is_told(self) -> None:
        asked = Request(self.entry, "swap/BTC", pd.Timestamp(self.start), pd.Timestamp(self.now))
        with self.connect() as connections:
            pages = connections.open("binance").pages(asked)
            with pytest.raises(ProviderError, match="no code 'swap/BTC'"):
                next(iter(pages))

    def test_a_pair_whose_contract_is_unknown_is_refused(self) -> None:
        assert (contract_usd("BTCUSD_PERP"), contract_usd("ETHUSD")) == (100.0, 10.0)
        with pytest.raises(ProviderError, match="known are BTCUSD, ETHUSD"):
            contract_usd("XRPUSD_PERP")


class TestBars(SourceContract):
    provider: ClassVar = "binance"
    series: ClassVar = "btc_4h"
    code: ClassVar = "um/BTCUSDT/4h"

    def rows(self) -> pd.DataFrame:
        return bars(every("4h"))

    def fake(self, rows: pd.DataFrame) -> FakeBinance:
        return FakeBinance(rows)


class TestFunding(SourceContract):
    provider: ClassVar = "binance"
    series: ClassVar = "btc_funding_binance"
    code: ClassVar = "funding/BTCUSDT"

    def rows(self) -> pd.DataFrame:
        parts = [
            funding(every("8h", "2024-01-01", "2024-03-01")),
            funding(every("4h", "2024-03-01 04:00", "2024-05-01"), 4.0),
            funding(every("8h", "2024-05-01 08:00"), 8.0),
        ]
        return pd.concat(parts, ignore_index=True)

    def fake(self, rows: pd.DataFrame) -> FakeBinance:
        return FakeBinance(rows)

    def test_prints_booked_late_fall_on_the_minute(self) -> None:
        self.fetch(self.now)
        assert (self.stored()["time"].dt.floor("h") == self.stored()["time"]).all()

    def test_a_missing_print_changes_no_interval(self) -> None:
        missing = self.rows().drop(index=[20, 250]).reset_index(drop=True)
        self.server.serve(FakeBinance(missing))
        self.fetch(self.now)
        stored = self.stored().set_index("time")["interval_hours"]
        expected = missing.set_index("time")["interval_hours"]
        assert (stored == expected[stored.index]).all()
        assert len(stored) == len(self.expected(self.now)) - 2


class TestInterest(SourceContract):
    provider: ClassVar = "binance"
    series: ClassVar = "btc_oi_coinm"
    code: ClassVar = "interest/BTCUSD"
    start: ClassVar = "2024-06-18"
    cut: ClassVar = "2024-07-01T12:00Z"

    def rows(self) -> pd.DataFrame:
        return values(every("1D", "2024-06-01"), 5e8, 9e8)

    def fake(self, rows: pd.DataFrame) -> FakeBinance:
        return FakeBinance(rows)

    def test_contracts_are_dollars_and_never_coins(self) -> None:
        self.fetch(self.now)
        assert self.stored()["value"].between(5e8, 9e8).all()

    def test_no_more_than_what_it_keeps_is_asked_for(self) -> None:
        self.fetch(self.now, since="1997-01-02")
        [(_path, query)] = self.server.requests
        assert pd.Timestamp(self.now) - at(query["startTime"]) < pd.Timedelta(days=30)


class TestCrowding(SourceContract):
    provider: ClassVar = "binance"
    series: ClassVar = "long_short_ratio"
    code: ClassVar = "crowding/BTCUSDT"
    start: ClassVar = "2024-06-18"
    cut: ClassVar = "2024-07-01T12:00Z"

    def rows(self) -> pd.DataFrame:
        return values(every("1D", "2024-06-01"), 0.6, 3.2)

    def fake(self, rows: pd.DataFrame) -> FakeBinance:
        return FakeBinance(rows)
