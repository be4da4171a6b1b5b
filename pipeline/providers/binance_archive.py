"""Binance's public archive: zips of a month or a day, each with its checksum."""

import hashlib
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import ClassVar

import pandas as pd

from pipeline.providers.binance import bars, contract_usd
from pipeline.providers.client.ahead import read_ahead
from pipeline.providers.client.failures import AbsentError, ProviderError
from pipeline.providers.client.funding_interval import on_the_minute
from pipeline.providers.client.paging import utc
from pipeline.providers.client.parsing import csv_table, dates, instants, numbers, tidy
from pipeline.providers.client.provider import Provider, Request
from pipeline.providers.client.rate_limit import Pace
from pipeline.providers.client.zips import unzip_one

Day = tuple[pd.Timestamp, pd.DataFrame]

_DAY = pd.Timedelta(days=1)
_LAST_HOUR = pd.Timedelta(hours=1)
_LATE_DAYS = pd.Timedelta(days=7)
_LATE_MONTHS = pd.DateOffset(months=2)
"""Within these ages, a file that is not there is not out yet; an older one is a hole."""
_PAGE_DAYS = 50

_BEGINS = {"spot": pd.Timestamp("2017-08-01"), "futures/um": pd.Timestamp("2019-12-01")}
_METRICS_BEGIN = pd.Timestamp("2020-09-01")
"""At or before the first file of each kind: nothing older is asked for."""

_KLINES = (
    "open_time,open,high,low,close,volume,close_time,quote_volume,count,"
    "taker_buy_volume,taker_buy_quote_volume,ignore"
)
_FUNDING = "calc_time,funding_interval_hours,last_funding_rate"
_METRICS = (
    "create_time,symbol,sum_open_interest,sum_open_interest_value,"
    "count_toptrader_long_short_ratio,sum_toptrader_long_short_ratio,count_long_short_ratio,"
    "sum_taker_long_short_vol_ratio"
)
"""Headers, which older files lack."""


class BinanceArchive(Provider):
    """Codes are those of `Binance`; for ``interest`` with the contract, such as ``BTCUSD_PERP``.

    A file is out some hours after its day, or some days after its month. What follows one that is
    not out yet waits for it, so that no gap is left behind.
    """

    about: ClassVar = "Binance's public archive, under its terms; open to all countries"
    address: ClassVar = "https://data.binance.vision"
    pace: ClassVar = Pace(30, 1.0)
    evidence: ClassVar = {"funding/": "quoted", "interest/": "quoted", "crowding/": "quoted"}

    def pages(self, asked: Request) -> Iterator[pd.DataFrame]:
        """A page a month of bars or funding, or 50 days; oldest first."""
        match asked.code.split("/"):
            case ["spot", symbol, interval]:
                yield from self._bars(asked, "spot", symbol, interval)
            case ["um", symbol, interval]:
                yield from self._bars(asked, "futures/um", symbol, interval)
            case ["funding", symbol]:
                yield from self._funding(asked, symbol)
            case ["interest", symbol]:
                usd = contract_usd(symbol)
                for page in self._metrics(asked, "cm", symbol, "sum_open_interest"):
                    yield page.assign(value=page["value"] * usd)
            case ["crowding", symbol]:
                yield from self._metrics(asked, "um", symbol, "count_long_short_ratio")
            case _:
                code = asked.code
                raise ProviderError(f"binance_archive has no code {code!r}; correct the catalogue")

    def _bars(
        self, asked: Request, market: str, symbol: str, interval: str
    ) -> Iterator[pd.DataFrame]:
        """Files of months while there are such, then of days."""
        stem = f"klines/{symbol}/{interval}/{symbol}-{interval}"
        since, where, begun = max(asked.since, _BEGINS[market]), _where(asked), False
        for month in _months(since, _today(asked)):
            path = f"/data/{market}/monthly/{stem}-{month:%Y-%m}.zip"
            table = self._table(path, _KLINES, where) if _is_over(month, asked) else None
            if table is not None:
                begun = True
                yield _since(bars(table, where), since)
            elif begun or _may_come(month, asked):
                days = self._days(f"/data/{market}/daily/{stem}", _KLINES, max(since, month), asked)
                for batch in _batches(days):
                    yield tidy(pd.concat([bars(table, where) for _day, table in batch]), "time")
                return

    def _funding(self, asked: Request, symbol: str) -> Iterator[pd.DataFrame]:
        """Files of months; of days there are none."""
        stem = f"/data/futures/um/monthly/fundingRate/{symbol}/{symbol}-fundingRate"
        since, where = max(asked.since, _BEGINS["futures/um"]), _where(asked)
        for month in _months(since, _today(asked)):
            if not _is_over(month, asked):
                return
            table = self._table(f"{stem}-{month:%Y-%m}.zip", _FUNDING, where)
            if table is not None:
                yield _since(_prints(table, where), since)
            elif _may_come(month, asked):
                return

    def _metrics(
        self, asked: Request, market: str, symbol: str, column: str
    ) -> Iterator[pd.DataFrame]:
        """A day's last value, stamped at the day's end."""
        stem = f"/data/futures/{market}/daily/metrics/{symbol}/{symbol}-metrics"
        first = self._beginning(stem, max(asked.since - _DAY, _METRICS_BEGIN), asked)
        for batch in _batches(self._days(stem, _METRICS, first, asked)):
            values = [_last(table, day, column, _where(asked)) for day, table in batch]
            ends = pd.DatetimeIndex([day + _DAY for day, _table in batch], tz="UTC").as_unit("ns")
            rows = pd.DataFrame({"time": ends, "value": values})
            yield _since(rows.dropna(), asked.since)

    def _beginning(self, stem: str, since: pd.Timestamp, asked: Request) -> pd.Timestamp:
        """Day to begin at: one before which there is no file, found by asking once a month."""
        earlier = since
        for day in (since, *pd.date_range(since + _DAY, _today(asked), freq="MS")):
            if self._table(f"{stem}-{day:%Y-%m-%d}.zip", _METRICS, _where(asked)) is not None:
                break
            earlier = day
        return earlier

    def _days(self, stem: str, header: str, first: pd.Timestamp, asked: Request) -> Iterator[Day]:
        """Files of days up to yesterday, or up to one that is not out yet."""
        today = _today(asked)

        def read(day: pd.Timestamp) -> pd.DataFrame | None:
            return self._table(f"{stem}-{day:%Y-%m-%d}.zip", header, _where(asked))

        for day, table in read_ahead(read, pd.date_range(first, today - _DAY)):
            if table is not None:
                yield day, table
            elif day >= today - _LATE_DAYS:
                return

    def _table(self, path: str, header: str, where: str) -> pd.DataFrame | None:
        """A file as a table of texts; None where there is no file."""
        try:
            body = self.http.get(path)
        except AbsentError:
            return None
        self._verify(body, path, where)
        text = unzip_one(body, where, self.http.retry.max_mb)
        if text[:1].isdigit():
            text = f"{header}\n".encode() + text
        return csv_table(text, where, header.split(","))

    def _verify(self, body: bytes, path: str, where: str) -> None:
        """Refuse a file that is not what its checksum says, or has none."""
        file = path.rpartition("/")[2]
        try:
            said = self.http.get(f"{path}.CHECKSUM").decode("ascii", "replace").split()[:1]
        except AbsentError:
            raise ProviderError(
                f"{where} has no checksum of {file}, so nothing of it was stored; fetch again later"
            ) from None
        found = hashlib.sha256(body).hexdigest()
        if said != [found]:
            raise ProviderError(
                f"{where} sent a {file} whose checksum is {found[:12]}…, not "
                f"{''.join(said)[:12]}…; nothing of it was stored: fetch again later"
            )


def _prints(table: pd.DataFrame, where: str) -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "time": on_the_minute(instants(table["calc_time"], where)),
            "rate": numbers(table["last_funding_rate"], where),
            "interval_hours": numbers(table["funding_interval_hours"], where),
        }
    )
    return tidy(rows, "time")


def _last(table: pd.DataFrame, day: pd.Timestamp, column: str, where: str) -> float:
    """A day's last value, NaN where the file breaks off before its last hour.

    Rows are of every five minutes, in no order, some of them twice; a zero is a hole.
    """
    time = dates(table["create_time"], where, "%Y-%m-%d %H:%M:%S")
    rows = pd.DataFrame({"time": time, "value": numbers(table[column], where)})
    end = day + _DAY
    late = tidy(rows[rows["time"].between(end - _LAST_HOUR, end) & (rows["value"] > 0)], "time")
    return float(late["value"].iloc[-1]) if len(late) else float("nan")


def _since(rows: pd.DataFrame, since: pd.Timestamp) -> pd.DataFrame:
    return tidy(rows[rows["time"] >= utc(since)], "time")


def _batches(days: Iterator[Day]) -> Iterator[Sequence[Day]]:
    while batch := list(islice(days, _PAGE_DAYS)):
        yield batch


def _months(since: pd.Timestamp, today: pd.Timestamp) -> pd.DatetimeIndex:
    return pd.date_range(since.replace(day=1), today, freq="MS")


def _is_over(month: pd.Timestamp, asked: Request) -> bool:
    return month + pd.offsets.MonthBegin() <= _today(asked)


def _may_come(month: pd.Timestamp, asked: Request) -> bool:
    """Whether a month is so young that its file may not be out yet."""
    return month >= _today(asked) - _LATE_MONTHS


def _today(asked: Request) -> pd.Timestamp:
    return asked.now.tz_localize(None).normalize()


def _where(asked: Request) -> str:
    return f"binance_archive ({asked.code})"
