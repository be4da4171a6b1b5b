"""The crypto fear-and-greed index of alternative.me; one answer has all of it."""

from collections.abc import Iterator
from typing import Any, ClassVar

import pandas as pd

from pipeline.providers.client.failures import ProviderError
from pipeline.providers.client.paging import utc
from pipeline.providers.client.parsing import (
    instants,
    json_document,
    json_member,
    json_rows,
    numbers,
    tidy,
)
from pipeline.providers.client.provider import Provider, Request
from pipeline.providers.client.rate_limit import Pace


class AlternativeMe(Provider):
    """The only code is ``fng``. A day's value is out at its 00:00 UTC, newest first."""

    about: ClassVar = "alternative.me. Free, also for business, when the source is named"
    address: ClassVar = "https://api.alternative.me"
    pace: ClassVar = Pace(30, 60.0)
    evidence: ClassVar = {"": "quoted"}

    def pages(self, asked: Request) -> Iterator[pd.DataFrame]:
        """One page: the number and the time, in seconds, are written as text."""
        where = f"alternative_me ({asked.code})"
        body = self.http.get(f"/{asked.code}/", {"limit": 0, "format": "json"})
        table = json_rows(_data(json_document(body, where), where), where, ("value", "timestamp"))
        rows = pd.DataFrame(
            {
                "time": instants(table["timestamp"], where),
                "value": numbers(table["value"], where),
            }
        )
        yield tidy(rows[rows["time"] >= utc(asked.since)], "time")


def _data(document: Any, where: str) -> Any:
    """Rows of an answer, which may hold an error in spite of status 200."""
    rows = json_member(document, "data", where)
    error = (document.get("metadata") or {}).get("error")
    if error:
        raise ProviderError(f"{where} says: {str(error)[:120]}")
    return rows
