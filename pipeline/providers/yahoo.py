"""Yahoo Finance's prices, through yfinance: the optional extra ``yahoo``."""

import logging
import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import ClassVar

import pandas as pd

from pipeline.base.errors import ConfigurationError, SchemaError, UndertowError, one_line
from pipeline.providers.client.failures import AbsentError
from pipeline.providers.client.http import Http
from pipeline.providers.client.paging import utc
from pipeline.providers.client.parsing import tidy
from pipeline.providers.client.provider import Provider, Request
from pipeline.providers.client.rate_limit import Pace

_DAY = pd.Timedelta(days=1)
_HOUR = "60m"
_PRICES = ("open", "high", "low", "close")


class Yahoo(Provider):
    """Codes are Yahoo's symbols; a share class is written with a hyphen there (``BRK-B``).

    ``SYMBOL/60m`` are its bars of an hour, of which Yahoo keeps 730 days, and ``SYMBOL/4h`` the
    bars of four hours made of them.

    A series in adjusted dollars takes the close adjusted for splits and dividends, which each of
    those restates whole; every other the close. Rows are dated by the exchange's own day, which is
    London's for currencies; bars of coins open at 00:00 UTC. The day that still trades is sent too,
    and now and then a day without prices.
    """

    about: ClassVar = (
        "Yahoo, by way of yfinance; an undocumented interface, without promise. For personal use "
        "only by Yahoo's terms; prices belong to the exchanges"
    )
    address: ClassVar = "https://query2.finance.yahoo.com"
    kept_days: ClassVar = {"ES=F/": 730}
    redirects_to: ClassVar = frozenset({"query1.finance.yahoo.com"})
    pace: ClassVar = Pace(2, 1.0)
    evidence: ClassVar = {"": "recorded"}

    def __init__(self, http: Http) -> None:
        super().__init__(http)
        self._yfinance = _library()
        from pipeline.providers.client.yahoo_session import YahooSession  # noqa: PLC0415 - needs the extra

        self._session = YahooSession(http)

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()
        super().close()

    def pages(self, asked: Request) -> Iterator[pd.DataFrame]:
        """One page."""
        history = self.http.patiently(lambda: self._history(asked))
        if asked.series.interval != "1D":
            yield _within_days(history, asked)
            return
        days = pd.DatetimeIndex(history.index).tz_localize(None).normalize().as_unit("ns")
        prices = history.rename(columns=str.lower).reset_index(drop=True).assign(date=days)
        prices = prices[prices["close"].notna() & (prices["date"] >= asked.since)]
        yield _bars(prices) if asked.series.kind == "bar" else _closes(prices)

    def _history(self, asked: Request) -> pd.DataFrame:
        where = f"yahoo ({asked.code})"
        # Lists of members write a share class with a dot; other symbols have dots of their own.
        code, _slash, bar = asked.code.partition("/")
        symbol = code.replace(".", "-") if asked.series.kind == "panel" else code
        ticker = self._yfinance.Ticker(symbol, session=self._session)
        try:
            # A day early: London's summer day opens before 00:00 UTC.
            history = ticker.history(
                start=asked.since - _DAY,
                interval=_HOUR if bar else "1d",
                prepost=bool(bar),  # what trades all night has no other hours
                auto_adjust=asked.series.adjusted,
                actions=False,
            )
        except UndertowError:
            raise
        except self._yfinance.exceptions.YFTickerMissingError:
            raise AbsentError(f"{where} has no prices since {asked.since:%Y-%m-%d}") from None
        except Exception as error:  # a library that changes may raise anything
            raise SchemaError(
                f"{where} sent what yfinance cannot read ({type(error).__name__}: "
                f"{one_line(error)}); its format may have changed: `pip install --upgrade "
                "yfinance`, or fetch again later"
            ) from None
        return history


def _closes(prices: pd.DataFrame) -> pd.DataFrame:
    return tidy(prices[["date", "close"]].rename(columns={"close": "value"}), "date")


def _bars(prices: pd.DataFrame) -> pd.DataFrame:
    rows = prices[["date", *_PRICES, "volume"]].rename(columns={"date": "time"})
    rows = rows.astype(dict.fromkeys((*_PRICES, "volume"), float)).dropna(subset=list(_PRICES))
    return tidy(rows.assign(time=rows["time"].dt.tz_localize("UTC")), "time")


def _within_days(history: pd.DataFrame, asked: Request) -> pd.DataFrame:
    """Bars of hours, stamped at their open in UTC.

    Yahoo adds the trade of the moment as a row of its own time, which is no bar.
    """
    rows = history.rename(columns=str.lower)[[*_PRICES, "volume"]].astype(float)
    rows.index = pd.DatetimeIndex(rows.index, name="time").tz_convert("UTC").as_unit("ns")
    rows = rows[rows.index == rows.index.floor("1h")].dropna(subset=list(_PRICES))
    parts = {"open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum"}
    rows = rows.resample(asked.series.interval).agg(parts).dropna(subset=["close"]).reset_index()
    return tidy(rows[rows["time"] >= utc(asked.since)], "time")


def _library() -> ModuleType:
    """yfinance, silent and keeping nothing on disk.

    Its caches would leave a folder in the user's home and are read by pickle. Where it cannot make
    the folder it does without, and nothing can be made inside the null device.

    Raises
    ------
    ConfigurationError
        When the extra is not installed.
    """
    try:
        import yfinance  # noqa: PLC0415 - an optional extra
    except ImportError:
        raise ConfigurationError(
            "yahoo needs yfinance, which is not installed; `pip install 'undertow[yahoo]'`, or "
            "`make setup`"
        ) from None
    except Exception as error:  # as of a library built for another system
        raise ConfigurationError(
            f"yahoo needs yfinance, which cannot be imported ({type(error).__name__}: "
            f"{one_line(error)}); `pip install --upgrade 'undertow[yahoo]'`"
        ) from None
    logging.getLogger("yfinance").setLevel(logging.CRITICAL)
    # It turns its own deprecation warnings on when imported, some twenty lines a symbol.
    warnings.filterwarnings("ignore", module="^yfinance")
    yfinance.config.debug.hide_exceptions = False
    yfinance.set_tz_cache_location(str(Path(os.devnull) / "nowhere"))
    return yfinance
