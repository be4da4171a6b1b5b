"""The Federal Reserve Bank of New York's own interface to its reference rates."""

from collections.abc import Iterator
from typing import Any, ClassVar

import pandas as pd

from pipeline.base.errors import SchemaError
from pipeline.providers.client.parsing import dates, json_document, json_rows, numbers, tidy
from pipeline.providers.client.provider import Provider, Request
from pipeline.providers.client.rate_limit import Pace


class Newyorkfed(Provider):
    """The one code is ``effr``, the effective federal funds rate, in percent.

    One request gives everything between two dates, newest first, since July 2000. It has business
    days only, where FRED's daily rate repeats Friday's over the weekend.
    """

    name: ClassVar = "newyorkfed"
    about: ClassVar = "Federal Reserve Bank of New York. Free with attribution under its terms"
    address: ClassVar = "https://markets.newyorkfed.org"
    pace: ClassVar = Pace(1, 1.0)
    evidence: ClassVar = {"": "quoted"}

    def pages(self, asked: Request) -> Iterator[pd.DataFrame]:
        """One page."""
        where = f"newyorkfed ({asked.code})"
        query = {"startDate": f"{asked.since:%Y-%m-%d}", "endDate": f"{asked.now:%Y-%m-%d}"}
        body = self.http.get(f"/api/rates/unsecured/{asked.code}/search.json", query)
        columns = ("effectiveDate", "percentRate")
        table = json_rows(_listed(json_document(body, where), where), where, columns)
        rows = pd.DataFrame(
            {
                "date": dates(table["effectiveDate"], where),
                "value": numbers(table["percentRate"], where),
            }
        )
        yield tidy(rows.dropna(subset=["value"]), "date")


def _listed(document: Any, where: str) -> Any:
    if not isinstance(document, dict) or "refRates" not in document:
        raise SchemaError(f"{where} sent no member 'refRates'; its format has changed")
    return document["refRates"]
