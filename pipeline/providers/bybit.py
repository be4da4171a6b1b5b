"""Bybit's version 5 interface: errors arrive with status 200, rows newest first."""

from collections.abc import Iterator
from typing import Any, ClassVar

import pandas as pd

from pipeline.base.errors import SchemaError
from pipeline.providers.client.failures import ProviderError, TransientError
from pipeline.providers.client.funding_interval import on_the_minute, prints
from pipeline.providers.client.http import Query
from pipeline.providers.client.paging import backward, millis, utc, windows
from pipeline.providers.client.parsing import (
    instants,
    json_document,
    json_member,
    json_rows,
    numbers,
)
from pipeline.providers.client.provider import Provider, Request
from pipeline.providers.client.rate_limit import Pace

_FIRST = pd.Timestamp("2020-03-01", tz="UTC")
"""Before Bybit's first USDT perpetual (2020-03-25): nothing older is asked for."""
_DAY = pd.Timedelta(days=1)
_PASSING = {10000, 10006, 10016, 10018, 10429}
"""Codes of a busy or broken server: time-out, too many requests, its own errors."""
_BAR = ("time", "open", "high", "low", "close", "volume")


class Bybit(Provider):
    """Codes are ``kline/SYMBOL/minutes``, ``funding/SYMBOL`` and ``interest/SYMBOL``.

    All are USDT perpetuals. Each is walked in windows that its limit of rows can hold, backwards
    inside a window, so no cursor is needed. Open interest is one-sided and in USD.
    """

    about: ClassVar = "Bybit. Public market data under its terms; refuses some countries (403)"
    address: ClassVar = "https://api.bybit.com"
    pace: ClassVar = Pace(10, 1.0)
    evidence: ClassVar = {"funding/": "recorded", "interest/": "quoted"}

    def pages(self, asked: Request) -> Iterator[pd.DataFrame]:
        """A page a window, oldest first."""
        match asked.code.split("/"):
            case ["kline", symbol, minutes]:
                since = max(utc(asked.since), _FIRST)
                yield from self._bars(symbol, minutes, since, asked.now)
            case ["funding", symbol]:
                yield from self._funding(asked, symbol)
            case ["interest", symbol]:
                yield from self._interest(asked, symbol)
            case _:
                raise ProviderError(f"bybit has no code {asked.code!r}; correct the catalogue")

    def _bars(
        self, symbol: str, interval: str, since: pd.Timestamp, until: pd.Timestamp
    ) -> Iterator[pd.DataFrame]:
        where = f"bybit (kline/{symbol}/{interval})"
        limit, query = 1000, {"symbol": symbol, "interval": interval}
        step = _DAY if interval == "D" else pd.Timedelta(minutes=int(interval))

        def ask(start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
            span = {"start": millis(start), "end": millis(end), "limit": limit}
            rows = self._rows("/v5/market/kline", {**query, **span}, where)
            table = json_rows(rows, where) if rows else pd.DataFrame(columns=list(_BAR))
            if len(table.columns) < len(_BAR):
                raise SchemaError(f"{where} sent bars of {len(table.columns)} columns")
            cells = table.iloc[:, : len(_BAR)].set_axis(_BAR, axis=1)
            values = {name: numbers(cells[name], where) for name in _BAR[1:]}
            return pd.DataFrame({"time": instants(cells["time"], where), **values})

        for start, end in windows(since, until, limit * step):
            yield backward(ask, start, end)

    def _funding(self, asked: Request, symbol: str) -> Iterator[pd.DataFrame]:
        where = f"bybit ({asked.code})"
        columns = ("fundingRateTimestamp", "fundingRate")

        def ask(start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
            query: Query = {
                "symbol": symbol,
                "startTime": millis(start),
                "endTime": millis(end),
                "limit": 200,
            }
            rows = self._rows("/v5/market/funding/history", query, where)
            table = json_rows(rows, where, columns)
            time = on_the_minute(instants(table["fundingRateTimestamp"], where))
            return pd.DataFrame({"time": time, "rate": numbers(table["fundingRate"], where)})

        since = max(utc(asked.since), _FIRST)
        spans = windows(since - _DAY, asked.now, 66 * _DAY)
        yield from prints((backward(ask, start, end) for start, end in spans), since)

    def _interest(self, asked: Request, symbol: str) -> Iterator[pd.DataFrame]:
        """Coins of one side times the price of the same instant: the open of the bar it begins."""
        where = f"bybit ({asked.code})"

        def ask(start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
            query: Query = {
                "symbol": symbol,
                "intervalTime": "1d",
                "startTime": millis(start),
                "endTime": millis(end),
                "limit": 200,
            }
            rows = self._rows("/v5/market/open-interest", query, where)
            table = json_rows(rows, where, ("timestamp", "openInterest"))
            return pd.DataFrame(
                {"time": instants(table["timestamp"], where), "coins": _one_side(table, where)}
            )

        for start, end in windows(max(utc(asked.since), _FIRST), asked.now, 200 * _DAY):
            coins = backward(ask, start, end)
            prices = pd.concat(self._bars(symbol, "D", start, end))[["time", "open"]]
            rows = coins.merge(prices, on="time")
            rows["value"] = rows["coins"] * rows["open"]
            yield rows.loc[rows["value"] > 0, ["time", "value"]].reset_index(drop=True)

    def _rows(self, path: str, query: Query, where: str) -> list[Any]:
        query = {"category": "linear", **query}
        return self.http.read(path, query, lambda body: _result(json_document(body, where), where))


def _one_side(table: pd.DataFrame, where: str) -> pd.Series:
    """Coins of one side. ``openInterest`` is documented as the sum of both."""
    both = numbers(table["openInterest"], where) / 2
    if "singleOpenInterest" not in table:
        return both
    return numbers(table["singleOpenInterest"], where).fillna(both)


def _result(document: Any, where: str) -> list[Any]:
    """Rows of an answer, which holds its errors in spite of status 200."""
    code = json_member(document, "retCode", where)
    says = str(document.get("retMsg"))[:120]
    if code in _PASSING:
        raise TransientError(f"{where} is busy or broken (code {code}: {says}); fetch again later")
    if code != 0:
        raise ProviderError(f"{where} does not accept the request (code {code}: {says})")
    rows = document.get("result", {}).get("list")
    if not isinstance(rows, list):
        raise SchemaError(f"{where} sent no member 'result.list'; its format has changed")
    return rows
