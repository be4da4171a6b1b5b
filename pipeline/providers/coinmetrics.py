"""Coin Metrics' community data: daily prices of a coin since its first trade."""

from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

import pandas as pd

from pipeline.providers.client.failures import ProviderError
from pipeline.providers.client.parsing import (
    iso_instants,
    json_document,
    json_member,
    json_rows,
    numbers,
    tidy,
)
from pipeline.providers.client.provider import Provider, Request
from pipeline.providers.client.rate_limit import Pace

_PATH = "/v4/timeseries/asset-metrics"
_PRICE = "PriceUSD"
_UNKNOWN = ("open", "high", "low", "volume")


class Coinmetrics(Provider):
    """Codes are assets. The row of a date is that day's close, so it is a bar of a close only."""

    about: ClassVar = "Coin Metrics community data. CC BY-NC 4.0: not for business, source named"
    address: ClassVar = "https://community-api.coinmetrics.io"
    pace: ClassVar = Pace(10, 6.0)
    evidence: ClassVar = {"": "recorded"}

    def pages(self, asked: Request) -> Iterator[pd.DataFrame]:
        """Pages as the provider cuts them, oldest first; only the query of its link is followed."""
        where = f"coinmetrics ({asked.code})"
        query = {
            "assets": asked.code,
            "metrics": _PRICE,
            "frequency": "1d",
            "start_time": f"{asked.since:%Y-%m-%d}",
            "end_time": f"{asked.now:%Y-%m-%d}",
            "page_size": "10000",
            "paging_from": "start",
        }
        newest = pd.Timestamp.min.tz_localize("UTC")
        while True:
            document = json_document(self.http.get(_PATH, query), where)
            rows = _rows(document, where)
            yield rows
            if not document.get("next_page_url"):
                return
            if rows.empty or rows["time"].iloc[-1] <= newest:
                raise ProviderError(f"{where} pages in circles; fetch again later")
            newest = rows["time"].iloc[-1]
            query = _next(document["next_page_url"])


def _rows(document: Any, where: str) -> pd.DataFrame:
    table = json_rows(json_member(document, "data", where), where, ("time", _PRICE))
    rows = pd.DataFrame(
        {"time": iso_instants(table["time"], where), "close": numbers(table[_PRICE], where)}
    )
    rows[list(_UNKNOWN)] = float("nan")
    columns = ["time", "open", "high", "low", "close", "volume"]
    return tidy(rows.dropna(subset=["close"])[columns], "time")


def _next(link: str) -> dict[str, str]:
    """The query of a link; where it points is not looked at."""
    return dict(parse_qsl(urlsplit(link).query))
