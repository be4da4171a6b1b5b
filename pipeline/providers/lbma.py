"""The London bullion market's gold price, from the JSON behind its own chart."""

from collections.abc import Iterator
from typing import ClassVar

import pandas as pd

from pipeline.base.errors import SchemaError
from pipeline.providers.client.parsing import dated, dates, json_table, numbers
from pipeline.providers.client.provider import Provider, Request


class Lbma(Provider):
    """The code is the file's name: ``gold_pm``, the afternoon auction (15:00 London).

    A list of records, oldest first: ``d`` a date, ``v`` the price per ounce in dollars, pounds and
    euros. A zero or null is a hole; before 1999 there is no euro, which is written as zero.
    """

    about: ClassVar = (
        "ICE Benchmark Administration for the London Bullion Market Association. Free to look at; "
        "any use beyond own reference needs IBA's licence"
    )
    address: ClassVar = "https://prices.lbma.org.uk"
    evidence: ClassVar = {"": "quoted"}

    def pages(self, asked: Request) -> Iterator[pd.DataFrame]:
        """One page."""
        where = f"lbma ({asked.code})"
        body = self.http.get(f"/json/{asked.code}.json")
        records = json_table(body, where, ("d", "v"))
        dollars = numbers(records["v"].map(lambda prices: _dollars(prices, where)), where)
        yield dated(dates(records["d"], where), dollars.where(dollars != 0), asked.since)


def _dollars(prices: object, where: str) -> object:
    """The first of a record's three prices."""
    if isinstance(prices, list) and prices:
        return prices[0]
    raise SchemaError(f"{where} sent {prices!r} where three prices should be")
