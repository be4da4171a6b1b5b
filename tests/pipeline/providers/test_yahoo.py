"""Yahoo's chart JSON, asked by the real yfinance: columns beside time stamps, with holes."""

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
import pytest

from pipeline.catalogue import CATALOGUE
from pipeline.fetching.connections import Connections
from pipeline.providers.client.failures import AbsentError, LeftAloneError, TransientError
from pipeline.providers.client.provider import Request
from pipeline.settings.live import LiveSettings
from tests.pipeline.providers.client.contract import (
    QUICK,
    SourceContract,
    TransportContract,
    smooth,
    weekdays,
)
from tests.pipeline.providers.client.server import Answer, Fake

pytest.importorskip("yfinance")

ROOT = Path(__file__).resolve().parents[3]

NOT_FOUND = {"code": "Not Found", "description": "No data found, symbol may be delisted"}


class FakeYahoo:
    """Serves one symbol; its bars open at an hour of the exchange's day."""

    def __init__(
        self, symbol: str, bars: pd.DataFrame, zone: str, opens: str, kind: str = "ETF"
    ) -> None:
        self.symbol, self.zone, self.kind = symbol, zone, kind
        clock = (bars["date"] + pd.Timedelta(opens)).dt.tz_localize(zone)
        self.bars = bars.assign(stamp=clock.astype("int64") // 10**9)

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        if path != f"/v8/finance/chart/{self.symbol}":
            return Answer(json.dumps({"chart": {"result": None, "error": NOT_FOUND}}).encode(), 404)
        assert query["interval"] == "1d"
        asked = self.bars["stamp"].between(int(query["period1"]), int(query["period2"]))
        return Answer(
            json.dumps({"chart": {"result": [self.chart(asked)], "error": None}}).encode()
        )

    def chart(self, asked: pd.Series) -> dict[str, Any]:
        bars = self.bars[asked]
        quote = {
            name: [None if pd.isna(value) else value for value in bars[name]]
            for name in ("open", "high", "low", "close", "volume")
        }
        indicators: dict[str, Any] = {"quote": [quote if len(bars) else {}]}
        if "adjclose" in bars:
            adjusted = [None if pd.isna(value) else value for value in bars["adjclose"]]
            indicators["adjclose"] = [{"adjclose": adjusted}]
        meta = {
            "currency": "USD",
            "symbol": self.symbol,
            "exchangeName": "PCX",
            "instrumentType": self.kind,
            "firstTradeDate": 728317800,
            "gmtoffset": -14400,
            "timezone": "EDT",
            "exchangeTimezoneName": self.zone,
            "priceHint": 2,
            "dataGranularity": "1d",
            "validRanges": ["1d", "5d", "1mo", "max"],
        }
        stamps = {"timestamp": bars["stamp"].tolist()} if len(bars) else {}
        return {"meta": meta, **stamps, "indicators": indicators}


def bars(closes: pd.DataFrame) -> pd.DataFrame:
    close = closes["value"]
    shape = {"open": close + 0.1, "high": close + 0.5, "low": close - 0.5, "close": close}
    return pd.DataFrame({"date": closes["date"], **shape, "volume": 1_000_000})


class TestAdjusted(TransportContract):
    provider: ClassVar = "yahoo"
    series: ClassVar = "spy"
    code: ClassVar = "SPY"

    def rows(self) -> pd.DataFrame:
        dates = weekdays()
        return pd.DataFrame({"date": dates, "value": list(smooth(len(dates), 480.0, 550.0))})

    def fake(self, rows: pd.DataFrame) -> Fake:
        adjusted = bars(rows).assign(close=rows["value"] * 1.25, adjclose=rows["value"])
        return FakeYahoo("SPY", adjusted, "America/New_York", "9h30min")

    def ask(self, code: str, series: str | None = None) -> pd.DataFrame:
        entry = self.entry if series is None else CATALOGUE[series]
        asked = Request(entry, code, pd.Timestamp("2024-05-01"), pd.Timestamp(self.now))
        with self.connect() as connections:
            return next(connections.open("yahoo").pages(asked))

    def test_a_dividend_restates_the_whole_history(self) -> None:
        self.fetch(self.cut)
        restated = self.rows().assign(value=lambda rows: rows["value"] * 0.99)
        self.server.serve(self.fake(restated))
        outcome = self.fetch(self.now)
        assert outcome.problem is None
        expected = self.expected(self.now)["value"] * 0.99
        pd.testing.assert_series_equal(self.stored()["value"], expected, rtol=1e-9)

    def test_a_day_without_prices_in_the_middle_is_a_hole(self) -> None:
        rows = self.rows()
        rows.loc[40, "value"] = float("nan")
        self.server.serve(self.fake(rows))
        assert self.fetch(self.now).problem is None
        assert rows["date"][40] not in set(self.stored()["date"])
        assert len(self.stored()) == len(self.expected(self.now)) - 1

    def test_the_day_that_still_trades_is_not_stored(self) -> None:
        self.fetch("2024-07-10T18:00Z")
        assert self.stored()["date"].iloc[-1] == pd.Timestamp("2024-07-09")
        self.fetch("2024-07-11T00:31Z")
        assert self.stored()["date"].iloc[-1] == pd.Timestamp("2024-07-10")

    def test_the_running_day_sent_twice_counts_once(self) -> None:
        class Twice(FakeYahoo):
            def chart(self, asked: pd.Series) -> dict[str, Any]:
                self.bars.loc[self.bars.index[-1], "stamp"] += 3600
                return super().chart(asked)

        rows = self.rows()
        rows = pd.concat([rows, rows.tail(1)], ignore_index=True)
        adjusted = bars(rows).assign(adjclose=rows["value"])
        self.server.serve(Twice("SPY", adjusted, "America/New_York", "9h30min"))
        outcome = self.fetch("2024-08-01T12:00Z")
        assert outcome.problem is None
        pd.testing.assert_frame_equal(self.stored(), self.rows(), check_dtype=False)

    def test_a_delisted_symbol_is_told_with_yahoo_s_reason(self) -> None:
        with pytest.raises(AbsentError, match=r"GONE.*symbol may be delisted"):
            self.ask("GONE")

    def test_no_prices_in_the_span_is_told(self) -> None:
        self.server.serve(self.fake(self.rows().iloc[:5]))
        with pytest.raises(AbsentError, match="no prices since 2024-05-01"):
            self.ask("SPY")

    def test_a_share_class_is_asked_with_a_hyphen(self) -> None:
        self.server.serve(
            FakeYahoo("BRK-B", bars(self.rows()), "America/New_York", "9h30min", "EQUITY")
        )
        assert len(self.ask("BRK.B", "members")) > 40
        assert {path for path, _query in self.server.requests} == {"/v8/finance/chart/BRK-B"}

    def test_an_index_keeps_its_own_dot(self) -> None:
        self.server.serve(
            FakeYahoo("DX-Y.NYB", bars(self.rows()), "America/New_York", "0h", "INDEX")
        )
        assert len(self.ask("DX-Y.NYB", "dxy")) > 40
        assert {path for path, _query in self.server.requests} == {"/v8/finance/chart/DX-Y.NYB"}

    def test_a_symbol_costs_one_request(self) -> None:
        self.fetch(self.now)
        assert len(self.server.requests) == 1
        assert "crumb" not in self.server.requests[0][1]

    def test_json_of_another_shape_is_refused_in_one_sentence(self) -> None:
        class Changed(FakeYahoo):
            def chart(self, asked: pd.Series) -> dict[str, Any]:
                chart = super().chart(asked)
                del chart["indicators"]["quote"][0]["close"]
                return chart

        self.server.serve(Changed("SPY", bars(self.rows()), "America/New_York", "9h30min"))
        outcome = self.fetch(self.now)
        assert outcome.problem is not None
        assert "yahoo (SPY) sent what yfinance cannot read" in outcome.problem
        assert "\n" not in outcome.problem

    def test_yfinance_is_silent_and_keeps_nothing(
        self,
        capfd: pytest.CaptureFixture[str],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        with caplog.at_level(logging.DEBUG):
            self.fetch(self.cut)
            self.server.faults = ["broken"] * QUICK.attempts
            self.fetch(self.now)
        assert capfd.readouterr() == ("", "")
        assert not [record for record in caplog.records if record.name.startswith("yfinance")]
        from yfinance import cache  # noqa: PLC0415

        for manager in (cache._TzDBManager, cache._CookieDBManager):
            assert manager._db is None
            assert not Path(manager.get_location()).exists()

    def test_without_the_extra_one_sentence_says_how_to_get_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "yfinance", None)
        outcome = self.fetch(self.now)
        assert outcome.problem is not None
        assert "pip install 'undertow[yahoo]'" in outcome.problem
        assert "make setup" in outcome.problem

    def test_an_address_without_anyone_is_told(self) -> None:
        settings = LiveSettings(QUICK, endpoints={"yahoo": "http://127.0.0.1:9"})
        asked = Request(self.entry, "SPY", pd.Timestamp("2024-05-01"), pd.Timestamp(self.now))
        with (
            Connections(settings, self.naps.append) as connections,
            pytest.raises(
                TransientError,
                match=r"yahoo \(SPY\) cannot be reached or broke off \(curl: [^\n]*\); check",
            ),
        ):
            list(connections.open("yahoo").pages(asked))
        assert len(self.naps) >= QUICK.attempts - 1

    def test_one_429_ends_asking_for_this_fetch(self) -> None:
        class Edge:
            def answer(self, _path: str, _query: dict[str, str]) -> Answer:
                return Answer(b"Edge: Too Many Requests", 429)

        self.server.serve(Edge())
        asked = Request(self.entry, "SPY", pd.Timestamp("2024-05-01"), pd.Timestamp(self.now))
        with self.connect() as connections:
            for _ in range(3):
                with pytest.raises(LeftAloneError, match=r"429.*the next one goes on from here"):
                    list(connections.open("yahoo").pages(asked))
        assert len(self.server.requests) == 1

    def test_a_401_is_told_for_what_it_is(self) -> None:
        class Closed:
            def answer(self, _path: str, _query: dict[str, str]) -> Answer:
                return Answer(b'{"finance": {"error": {"code": "Unauthorized"}}}', 401)

        self.server.serve(Closed())
        problem = self.fetch(self.now).problem
        assert problem is not None
        assert "wants a sign-in (status 401)" in problem
        assert len(self.server.requests) == 1

    def test_whatever_yfinance_raises_is_one_sentence(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import yfinance  # noqa: PLC0415

        def broken(*_words: Any, **_options: Any) -> None:
            raise RuntimeError("a cache\nthat is locked")

        monkeypatch.setattr(yfinance.Ticker, "history", broken)
        problem = self.fetch(self.now).problem
        assert problem is not None
        assert "yfinance cannot read (RuntimeError: a cache that is locked)" in problem

    def test_a_dividend_raises_no_warning_on_the_terminal(self) -> None:
        """yfinance turns its own warnings on when it is imported; others' tests silence them."""
        code = (
            "import warnings; from pipeline.providers.yahoo import _library; _library(); "
            "warnings.warn_explicit('old', DeprecationWarning, 'x.py', 1, 'yfinance.utils')"
        )
        told = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
        )
        assert (told.stdout, told.stderr) == ("", "")


class TestCoin(SourceContract):
    """All days of the week, bars from 00:00 UTC."""

    provider: ClassVar = "yahoo"
    series: ClassVar = "btc"
    code: ClassVar = "BTC-USD"

    def rows(self) -> pd.DataFrame:
        dates = pd.Series(pd.date_range("2024-01-01", "2024-07-12").astype("datetime64[ns]"))
        value = pd.Series(list(smooth(len(dates), 40000.0, 70000.0)))
        shape = bars(pd.DataFrame({"date": dates, "value": value})).drop(columns="date")
        return pd.DataFrame({"time": dates.dt.tz_localize("UTC"), **shape.astype(float)})

    def fake(self, rows: pd.DataFrame) -> Fake:
        served = rows.assign(date=rows["time"].dt.tz_localize(None), volume=1_000_000)
        return FakeYahoo("BTC-USD", served, "UTC", "0h", "CRYPTOCURRENCY")


class FakeFutures(FakeYahoo):
    """Bars of an hour at the exchange's own clock, and the trade of the moment behind them."""

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        assert query["interval"] == "60m"
        return super().answer(path, query | {"interval": "1d"})


class TestFutures(SourceContract):
    """Hourly bars that rest from 17:00 to 18:00 in New York and at weekends."""

    provider: ClassVar = "yahoo"
    series: ClassVar = "es_1h"
    code: ClassVar = "ES=F/60m"
    start: ClassVar = "2024-05-01"

    def rows(self) -> pd.DataFrame:
        times = pd.Series(pd.date_range("2024-05-01", "2024-07-12", freq="1h", tz="UTC"))
        local = times.dt.tz_convert("America/New_York")
        late, day = local.dt.hour, local.dt.day_of_week
        rests = (late == 17) | (day == 5) | ((day == 4) & (late > 16)) | ((day == 6) & (late < 18))
        times = times[~rests].reset_index(drop=True).astype("datetime64[ns, UTC]")
        value = pd.Series(list(smooth(len(times), 5200.0, 5600.0)))
        shape = bars(pd.DataFrame({"date": times, "value": value})).drop(columns="date")
        return pd.DataFrame({"time": times, **shape.astype(float)})

    def fake(self, rows: pd.DataFrame) -> Fake:
        served = rows.assign(
            date=rows["time"].dt.tz_convert("America/New_York").dt.tz_localize(None)
        )
        return FakeFutures("ES=F", served, "America/New_York", "0h", "FUTURE")


class TestLongerFutures(TestFutures):
    series: ClassVar = "es_4h"
    code: ClassVar = "ES=F/4h"

    def fake(self, rows: pd.DataFrame) -> Fake:
        return super().fake(super().rows())

    def rows(self) -> pd.DataFrame:
        parts = {"open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum"}
        hours = super().rows().set_index("time")
        return hours.resample("4h").agg(parts).dropna().reset_index()
