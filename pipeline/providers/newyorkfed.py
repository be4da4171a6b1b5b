"""The Federal Reserve Bank of New York's own interface to its reference rates."""

from collections.abc import Iterator
from typing import ClassVar

import pandas as pd

from pipeline.providers.client.parsing import dated, dates, json_table, numbers
from pipeline.providers.client.provider import Provider, Request


class Newyorkfed(Provider):
    """The one code is ``effr``, the effective federal funds rate, in percent.

    One request gives everything between two dates, newest first, since July 2000. It has business
    days only, where FRED's daily rate repeats Friday's over the weekend.
    """

    about: ClassVar = "Federal Reserve Bank of New York. Free with attribution under its terms"
    address: ClassVar = "https://markets.newyorkfed.org"
    evidence: ClassVar = {"": "quoted"}

    def pages(self, asked: Request) -> Iterator[pd.DataFrame]:
        """One page."""
        where = f"newyorkfed ({asked.code})"
        query = {"startDate": f"{asked.since:%Y-%m-%d}", "endDate": f"{asked.now:%Y-%m-%d}"}
        body = self.http.get(f"/api/rates/unsecured/{asked.code}/search.json", query)
        columns = ("effectiveDate", "percentRate")
        table = json_table(body, where, columns, "refRates")
        yield dated(dates(table["effectiveDate"], where), numbers(table["percentRate"], where))
