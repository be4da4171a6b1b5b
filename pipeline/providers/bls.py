"""The Bureau of Labor Statistics' own calendar of releases, some months back and ahead."""

import re
from collections.abc import Iterator
from typing import ClassVar

import pandas as pd

from pipeline.providers.client.parsing import changed_format, dates, event_days
from pipeline.providers.client.provider import Provider, Request
from pipeline.providers.client.rate_limit import Pace

_TITLES = {"cpi": "Consumer Price Index", "payrolls": "Employment Situation"}
_EVENT = re.compile(r"BEGIN:VEVENT\r?\n(.*?)END:VEVENT", re.DOTALL)
_FOLD = re.compile(r"\r?\n[ \t]")


class Bls(Provider):
    """Codes are ``cpi`` and ``payrolls``.

    An iCalendar of all releases, with long lines folded; it reaches some months back and ahead.
    Titles must fit whole (perhaps with a month behind ``for``): the ``Employment Situation of
    Veterans`` is another release. The bureau answers 403 to robots that give no e-mail address
    (the environment's ``UNDERTOW_CONTACT``), and to some that do.
    """

    about: ClassVar = (
        "US Bureau of Labor Statistics. Public domain; robots must tell an e-mail address"
    )
    address: ClassVar = "https://www.bls.gov"
    pace: ClassVar = Pace(1, 2.0)
    asks_contact: ClassVar = True

    def pages(self, asked: Request) -> Iterator[pd.DataFrame]:
        """One page."""
        where = f"bls ({asked.code})"
        body = self.http.get_kept("/schedule/news_release/bls.ics").decode(errors="replace")
        title = re.compile(rf"SUMMARY[^:]*:(The )?{_TITLES[asked.code]}( for .*| \(.*)?\s*$", re.M)
        events = [event for event in _events(body) if title.search(event)]
        if not events:
            raise changed_format(
                where, f"sent no event called {_TITLES[asked.code]!r} ({len(body)} bytes)"
            )
        starts = pd.Series([_start(event) for event in events], dtype=str)
        yield event_days(dates(starts, where, "%Y%m%d"), asked.since)


def _events(body: str) -> list[str]:
    """What stands in each event that is not cancelled, with long lines unfolded."""
    unfolded = _FOLD.sub("", body)
    return [event for event in _EVENT.findall(unfolded) if "STATUS:CANCELLED" not in event]


def _start(event: str) -> str:
    """The day of an event; releases are in the morning, the same day in New York and in UTC."""
    found = re.search(r"^DTSTART[^:]*:(\d{8})", event, re.MULTILINE)
    return found[1] if found else ""
