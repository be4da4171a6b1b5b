"""Binance's public interfaces; they refuse some countries, where the archive is asked instead."""

from collections.abc import Iterator
from typing import ClassVar

import pandas as pd

from pipeline.base.errors import SchemaError
from pipeline.providers.client.failures import ProviderError
from pipeline.providers.client.funding_interval import on_the_minute, prints
from pipeline.providers.client.http import Query
from pipeline.providers.client.paging import forward, millis, utc
from pipeline.providers.client.parsing import instants, json_table, numbers
from pipeline.providers.client.provider import Provider, Request
from pipeline.providers.client.rate_limit import Pace

SPOT = "https://data-api.binance.vision"
"""Market data only; reachable where api.binance.com is not."""
DOLLAR_MARGINED = "https://fapi.binance.com"
COIN_MARGINED = "https://dapi.binance.com"

BAR = ("time", "open", "high", "low", "close", "volume")
_LIMIT = 1000
_BEFORE = pd.Timedelta(days=1)
"""Asked for before the first print wanted, so that its spacing is known."""
_KEPT_DAYS = 30
"""Of its trading data; it refuses to be asked for more."""
_CONTRACT_USD = {"BTCUSD": 100.0, "ETHUSD": 10.0}


class Binance(Provider):
    """Codes are ``market/SYMBOL/interval``, or ``funding``, ``crowding`` or ``interest``/SYMBOL.

    Markets are ``spot`` and ``um`` (dollar-margined). Open interest is one-sided, of the
    coin-margined perpetual, whose pair is the symbol.
    """

    about: ClassVar = "Binance. Public market data under its terms; refuses some countries (451)"
    address: ClassVar = SPOT
    pace: ClassVar = Pace(10, 6.0)
    evidence: ClassVar = {"spot/": "quoted"}
    kept_days: ClassVar = {"interest/": _KEPT_DAYS, "crowding/": _KEPT_DAYS}

    def pages(self, asked: Request) -> Iterator[pd.DataFrame]:
        """Pages as Binance cuts them, oldest first."""
        match asked.code.split("/"):
            case ["spot", symbol, interval]:
                yield from self._bars(asked, SPOT, "/api/v3/klines", symbol, interval)
            case ["um", symbol, interval]:
                yield from self._bars(asked, DOLLAR_MARGINED, "/fapi/v1/klines", symbol, interval)
            case ["funding", symbol]:
                yield from self._funding(asked, symbol)
            case ["interest", pair]:
                yield self._interest(asked, pair)
            case ["crowding", symbol]:
                yield self._crowding(asked, symbol)
            case _:
                raise ProviderError(f"binance has no code {asked.code!r}; correct the catalogue")

    def _bars(
        self, asked: Request, host: str, path: str, symbol: str, interval: str
    ) -> Iterator[pd.DataFrame]:
        def ask(start: pd.Timestamp) -> pd.DataFrame:
            query: Query = {"symbol": symbol, "interval": interval, "startTime": millis(start)}
            table = self._rows(host, path, {**query, "limit": _LIMIT}, asked.code)
            return bars(table, f"binance ({asked.code})")

        yield from forward(ask, utc(asked.since), asked.now)

    def _funding(self, asked: Request, symbol: str) -> Iterator[pd.DataFrame]:
        where = f"binance ({asked.code})"

        def ask(start: pd.Timestamp) -> pd.DataFrame:
            query: Query = {"symbol": symbol, "startTime": millis(start), "limit": _LIMIT}
            columns = ("fundingTime", "fundingRate")
            table = self._rows(DOLLAR_MARGINED, "/fapi/v1/fundingRate", query, asked.code, columns)
            time = on_the_minute(instants(table["fundingTime"], where))
            return pd.DataFrame({"time": time, "rate": numbers(table["fundingRate"], where)})

        since = utc(asked.since)
        yield from prints(forward(ask, since - _BEFORE, asked.now), since)

    def _interest(self, asked: Request, pair: str) -> pd.DataFrame:
        query = {"pair": pair, "contractType": "PERPETUAL"}
        column = "sumOpenInterest"
        rows = self._daily(asked, COIN_MARGINED, "openInterestHist", query, column)
        return rows.assign(value=rows["value"] * contract_usd(pair))

    def _crowding(self, asked: Request, symbol: str) -> pd.DataFrame:
        query, column = {"symbol": symbol}, "longShortRatio"
        return self._daily(asked, DOLLAR_MARGINED, "globalLongShortAccountRatio", query, column)

    def _daily(
        self, asked: Request, host: str, name: str, query: Query, column: str
    ) -> pd.DataFrame:
        """A statistic at each midnight; a row between two of them is of the day that still runs."""
        where = f"binance ({asked.code})"
        since = utc(asked.since)
        query = {**query, "period": "1d", "limit": 500, "startTime": millis(since)}
        columns = ("timestamp", column)
        table = self._rows(host, f"/futures/data/{name}", query, asked.code, columns)
        time = instants(table["timestamp"], where)
        return snapshots(time, numbers(table[column], where), since)

    def _rows(
        self, host: str, path: str, query: Query, code: str, columns: tuple[str, ...] = ()
    ) -> pd.DataFrame:
        where = f"binance ({code})"
        return self.http.read(path, query, lambda body: json_table(body, where, columns), host)


def bars(table: pd.DataFrame, where: str) -> pd.DataFrame:
    """Binance's klines, whose first six columns are the same in its interface and its archive."""
    if len(table) and len(table.columns) < len(BAR):
        raise SchemaError(f"{where} sent bars of {len(table.columns)} columns, fewer than {BAR}")
    cells = table.iloc[:, : len(BAR)] if len(table) else pd.DataFrame(columns=list(BAR))
    cells = cells.set_axis(BAR, axis=1)
    rows = {name: numbers(cells[name], where) for name in BAR[1:]}
    return pd.DataFrame({"time": instants(cells["time"], where), **rows})


def snapshots(time: pd.Series, value: pd.Series, since: pd.Timestamp) -> pd.DataFrame:
    """Values at midnights from an instant on; a zero is a hole that Binance filled."""
    rows = pd.DataFrame({"time": time, "value": value})
    wanted = (time == time.dt.normalize()) & (time >= since) & (value > 0)
    return rows[wanted].sort_values("time").drop_duplicates("time", ignore_index=True)


def contract_usd(symbol: str) -> float:
    """Dollars that one coin-margined contract of a pair is worth."""
    pair = symbol.partition("_")[0]
    if pair not in _CONTRACT_USD:
        known = ", ".join(_CONTRACT_USD)
        raise ProviderError(f"binance's contract of {pair} is of unknown size; known are {known}")
    return _CONTRACT_USD[pair]
