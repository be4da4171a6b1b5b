"""The Bundesbank's statistics, which republish London's gold price."""

import re
from collections.abc import Iterator
from typing import ClassVar

import pandas as pd

from pipeline.providers.client.parsing import changed_format, dated, dates, numbers
from pipeline.providers.client.provider import Provider, Request

_GROUP = "BBEX3"
_ROW = re.compile(rb'^"?(\d{4}-\d{2}-\d{2})"?,"?([^,"\r\n]*)"?', re.MULTILINE)


class Bundesbank(Provider):
    """Codes are keys of the group of exchange rates: ``D.XAU.USD.EA.AC.C05``, gold at 15:00 London.

    A CSV whose first line names the series; some lines about it follow, then one a calendar day,
    oldest first, a dot where there is no value.
    """

    about: ClassVar = (
        "Deutsche Bundesbank. Free with attribution; the gold price is IBA's, as at the LBMA"
    )
    address: ClassVar = "https://api.statistiken.bundesbank.de"
    evidence: ClassVar = {"": "quoted"}

    def pages(self, asked: Request) -> Iterator[pd.DataFrame]:
        """One page."""
        where = f"bundesbank ({asked.code})"
        body = self.http.get(
            f"/rest/download/{_GROUP}/{asked.code}", {"format": "csv", "lang": "en"}
        )
        if f"{_GROUP}.{asked.code}".encode() not in body.partition(b"\n")[0]:
            raise changed_format(
                where, f"sent a file whose first line does not name the series ({len(body)} bytes)"
            )
        found = [
            (day.decode(), value.decode("ascii", "replace")) for day, value in _ROW.findall(body)
        ]
        table = pd.DataFrame(found, columns=["date", "value"], dtype=str)
        yield dated(dates(table["date"], where), numbers(table["value"], where), asked.since)
