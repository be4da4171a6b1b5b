"""The dollar index, rebuilt from the European Central Bank's reference rates."""

from collections.abc import Iterator
from typing import ClassVar

import pandas as pd

from pipeline.providers.client.parsing import csv_table, dated, dates, numbers, require
from pipeline.providers.client.provider import Provider, Request
from pipeline.providers.client.zips import unzip_one

_LARGEST_MB = 16
_ICE_FACTOR = 50.14348112
_ICE_WEIGHTS = {"EUR": 0.576, "JPY": 0.136, "GBP": 0.119, "CAD": 0.091, "SEK": 0.042, "CHF": 0.036}
"""Weights of the ICE US dollar index: its factor times the product of each currency's units per
dollar, raised to its weight."""


class Ecb(Provider):
    """The one code is ``dxy``.

    One zip holds one CSV of all days since 1999, newest first: ``Date`` and the units of each
    currency per euro, ``N/A`` before and after a currency's life, and a comma too many at the end
    of each line. Rates are of 14:15 Frankfurt time, some seven hours before New York closes, so
    ``dxy`` differs from ICE's close by an afternoon.
    """

    about: ClassVar = "European Central Bank. Free with attribution; rates are for information only"
    address: ClassVar = "https://www.ecb.europa.eu"
    evidence: ClassVar = {"": "recorded"}

    def pages(self, asked: Request) -> Iterator[pd.DataFrame]:
        """One page."""
        where = f"ecb ({asked.code})"
        body = self.http.get_kept("/stats/eurofxref/eurofxref-hist.zip")
        table = csv_table(unzip_one(body, where, _LARGEST_MB), where, ("Date",))
        yield dated(dates(table["Date"], where), _dollar_index(table, where), asked.since)


def _dollar_index(table: pd.DataFrame, where: str) -> pd.Series:
    dollars = _per_euro("USD", table, where)
    index = pd.Series(_ICE_FACTOR, index=table.index)
    for currency, weight in _ICE_WEIGHTS.items():
        index *= (_per_euro(currency, table, where) / dollars) ** weight
    return index


def _per_euro(currency: str, table: pd.DataFrame, where: str) -> pd.Series:
    if currency == "EUR":
        return pd.Series(1.0, index=table.index)
    require(table, (currency,), where)
    return numbers(table[currency], where, missing=("", "N/A"))
