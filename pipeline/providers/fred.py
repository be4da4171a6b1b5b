"""FRED of the St. Louis Fed, by the keyless CSV behind its graphs."""

from collections.abc import Iterator
from typing import ClassVar

import pandas as pd

from pipeline.providers.client.parsing import csv_table, dated, dates, numbers
from pipeline.providers.client.provider import Provider, Request
from pipeline.providers.client.rate_limit import Pace


class Fred(Provider):
    """Codes are FRED's series ids. One request gives everything from a date on."""

    about: ClassVar = (
        "Federal Reserve Bank of St. Louis. Free for own use with attribution; ICE BofA, Moody's "
        "and Cboe series belong to their owners and may not be redistributed"
    )
    address: ClassVar = "https://fred.stlouisfed.org"
    pace: ClassVar = Pace(2, 1.0)
    evidence: ClassVar = {"": "quoted"}
    # The ICE BofA indices: three years are sent, whatever is asked.
    kept_days: ClassVar = {"BAML": 3 * 365}

    def pages(self, asked: Request) -> Iterator[pd.DataFrame]:
        """One page: columns ``observation_date`` and the id, a missing value empty or a dot."""
        where = f"fred ({asked.code})"
        query = {
            "id": asked.code,
            "cosd": f"{asked.since:%Y-%m-%d}",
            "coed": f"{asked.now:%Y-%m-%d}",
        }
        body = self.http.get("/graph/fredgraph.csv", query)
        table = csv_table(body, where, ("observation_date", asked.code))
        yield dated(dates(table["observation_date"], where), numbers(table[asked.code], where))
