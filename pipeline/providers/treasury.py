"""The Treasury's own par yield curves, out the same evening; one CSV a year."""

from collections.abc import Iterator
from typing import ClassVar

import pandas as pd

from pipeline.base.errors import SchemaError
from pipeline.providers.client.parsing import csv_table, dated, dates, numbers
from pipeline.providers.client.provider import Provider, Request
from pipeline.providers.client.rate_limit import Pace

_PATH = "/resource-center/data-chart-center/interest-rates/daily-treasury-rates.csv"
_CURVES = {
    "nominal": ("daily_treasury_yield_curve", 1990),
    "real": ("daily_treasury_real_yield_curve", 2003),
}

_NO_ROWS = pd.DataFrame(
    {"date": pd.Series(dtype="datetime64[ns]"), "value": pd.Series(dtype=float)}
)


class Treasury(Provider):
    """Codes are ``curve/column``, such as ``nominal/10 Yr`` or ``real/10 YR``.

    ``breakeven/10`` is the nominal yield of ten years minus the real one, as FRED computes it.
    """

    about: ClassVar = "US Department of the Treasury. Public domain"
    address: ClassVar = "https://home.treasury.gov"
    pace: ClassVar = Pace(2, 1.0)
    evidence: ClassVar = {"": "quoted"}

    def pages(self, asked: Request) -> Iterator[pd.DataFrame]:
        """One page a year, from newest-first rows; a difference is one page."""
        curve, _slash, column = asked.code.partition("/")
        if curve == "breakeven":
            yield self._breakeven(asked)
        else:
            yield from self._tenor(asked, curve, column)

    def _breakeven(self, asked: Request) -> pd.DataFrame:
        nominal = pd.concat([_NO_ROWS, *self._tenor(asked, "nominal", "10 Yr")])
        real = pd.concat([_NO_ROWS, *self._tenor(asked, "real", "10 YR")])
        both = nominal.merge(real, on="date", suffixes=("", "_real"))
        return both.assign(value=(both["value"] - both["value_real"]).round(2))[["date", "value"]]

    def _tenor(self, asked: Request, curve: str, column: str) -> Iterator[pd.DataFrame]:
        """A tenor's column appears when it is issued."""
        kind, first_year = _CURVES[curve]
        for year in range(max(asked.since.year, first_year), asked.now.year + 1):
            where = f"treasury ({asked.code}, {year})"
            body = self._year(kind, year)
            if year == asked.now.year and not body.strip():
                return  # no row of a year that has just begun
            table = csv_table(body, where, ("Date",))
            if column in table and (len(table) or year < asked.now.year):
                days = dates(table["Date"], where, "%m/%d/%Y")
                yield dated(days, numbers(table[column], where, missing=("", "N/A")))
            elif year >= asked.now.year - 1 and len(table):
                raise SchemaError(
                    f"{where} sent no column {column!r}, only {', '.join(table.columns)[:120]}"
                )

    def _year(self, kind: str, year: int) -> bytes:
        query = {"type": kind, "field_tdr_date_value": str(year), "page": "", "_format": "csv"}
        return self.http.get_kept(f"{_PATH}/{year}/all", query)
