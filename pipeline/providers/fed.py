"""Days of FOMC decisions, from the calendar pages of the Federal Reserve Board."""

from collections.abc import Iterator
from typing import ClassVar

import pandas as pd

from pipeline.providers.client.fomc_pages import SCHEDULED, Meeting, meetings
from pipeline.providers.client.parsing import changed_format
from pipeline.providers.client.provider import Provider, Request

_FIRST_YEAR = 1994
"""Before it, decisions were not announced."""
_LEAST = 7
"""Scheduled meetings of a year that is over; 2020 had seven, every other eight."""


class Fed(Provider):
    """The code is ``fomc``; columns ``date`` and ``type``.

    One page has the last five years or so and the coming one, each earlier year a page of its own
    with other markup; `pipeline.providers.client.fomc_pages` reads both.
    """

    about: ClassVar = "Board of Governors of the Federal Reserve System. Public domain"
    address: ClassVar = "https://www.federalreserve.gov"
    evidence: ClassVar = {"": "recorded"}

    def pages(self, asked: Request) -> Iterator[pd.DataFrame]:
        """One page of all years, since a calendar's future is replaced whole."""
        found = self._read("fomccalendars", b"FOMC Meetings")
        for year in range(max(asked.since.year, _FIRST_YEAR), min(m.date.year for m in found)):
            found += self._read(f"fomchistorical{year}", b"<h5")
        rows = pd.DataFrame(sorted(set(found)), columns=["date", "type"])
        _refuse_gaps(rows, max(asked.since.year, _FIRST_YEAR) + 1, asked.now.year)
        yield (
            rows[rows["date"] >= asked.since]
            .reset_index(drop=True)
            .astype({"date": "datetime64[ns]"})
        )

    def _read(self, name: str, marker: bytes) -> list[Meeting]:
        body = self.http.get(f"/monetarypolicy/{name}.htm", page=marker)
        found = meetings(body.decode(errors="replace"), f"fed ({name})")
        if not found:
            raise changed_format(f"fed ({name})", "has no meeting on it")
        return found


def _refuse_gaps(rows: pd.DataFrame, first: int, now: int) -> None:
    """Stop where a year that is over has too few meetings: the page was not understood."""
    years = rows.loc[rows["type"] == SCHEDULED, "date"].dt.year.value_counts()
    for year in range(first, now):
        if years.get(year, 0) < _LEAST:
            found = f"has {years.get(year, 0)} scheduled meetings of {year} where eight should be"
            raise changed_format("fed (fomc)", found)
