"""Past release dates from ALFRED, the archive of the St. Louis Fed; no key needed."""

import re
from collections.abc import Iterator
from typing import ClassVar

import pandas as pd

from pipeline.providers.client.parsing import changed_format, dates, event_days
from pipeline.providers.client.provider import Provider, Request

_DATE = re.compile(rb"^\s*(\d{4}-\d{2}-\d{2})\s*$", re.MULTILINE)


class Alfred(Provider):
    """Codes are FRED's release ids: 10 consumer prices, 50 the employment situation.

    A text: some lines about the release, then a date a line. It holds the days on which something
    of the release came out, so also, now and then, a day of revised seasonal factors; dates to come
    are for another provider to tell.
    """

    about: ClassVar = "Federal Reserve Bank of St. Louis. Free for own use with attribution"
    address: ClassVar = "https://alfred.stlouisfed.org"

    def pages(self, asked: Request) -> Iterator[pd.DataFrame]:
        """One page."""
        body = self.http.get("/release/downloaddates", {"rid": asked.code, "ff": "txt"})
        found = [date.decode() for date in _DATE.findall(body)]
        where = f"alfred ({asked.code})"
        if not found:
            raise changed_format(where, f"sent no release date ({len(body)} bytes)")
        yield event_days(dates(pd.Series(found), where), asked.since)
