"""Reading the Federal Reserve's two kinds of calendar pages.

The page of recent years has a heading ``2026 FOMC Meetings``, then a month (``January``,
``Apr/May``) and days (``27-28``, ``17-18*``, ``30-1``, ``22 (notation vote)``) for each meeting.
The page of an earlier year has one heading a meeting: ``January 28-29 Meeting - 2014``,
``January 31-February 1 Meeting - 2017``, ``March 15 (unscheduled) Meeting - 2020``, ``January 9
Conference Call - 2008``.
"""

import re
from html.parser import HTMLParser
from typing import NamedTuple

import pandas as pd

from pipeline.base.errors import SchemaError
from pipeline.providers.client.parsing import dates

SCHEDULED, UNSCHEDULED = "scheduled", "unscheduled"
_NO_DECISION = ("notation vote", "cancel")
_SUDDEN = ("unscheduled", "conference call")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = re.compile(
    r"(?P<month>[A-Z][a-z]+)\.?(?:/(?P<next>[A-Z][a-z]+)\.?)? (?P<day>\d{1,2})"
    r"(?: ?- ?(?:(?P<last_month>[A-Z][a-z]+) )?(?P<last_day>\d{1,2}))?"
)
_STATEMENT = re.compile(r"(?:/press\w*/.*?|/fomc/)(\d{8})")
_STATEMENT_LINKS = ("Statement", "HTML")
"""What a statement's link says, on an earlier year's page and on the recent years'."""
_CLASSES = {"fomc-meeting__month": "month", "fomc-meeting__date": "days"}


class Meeting(NamedTuple):
    """Day on which a decision was or will be announced, and whether it was known ahead."""

    date: pd.Timestamp
    type: str


def meetings(page: str, where: str) -> list[Meeting]:
    """Every announced decision on a page.

    A scheduled one is dated by the meeting's last day. An unscheduled one counts only when a
    statement followed, and is dated by it: most conference calls were unknown until the minutes.

    Raises
    ------
    SchemaError
        When a heading cannot be read.
    """
    found = []
    for text, year, statements in _entries(page):
        lower = text.lower()
        if any(word in lower for word in _NO_DECISION):
            continue
        if not any(word in lower for word in _SUDDEN):
            found.append(Meeting(_last_day(text, year, where), SCHEDULED))
        elif statement := next(filter(None, map(_STATEMENT.search, statements)), None):
            found.append(Meeting(_day(statement[1], where), UNSCHEDULED))
    return _joined(found)


def _joined(found: list[Meeting]) -> list[Meeting]:
    """Without first days that are listed as meetings of their own, as in September 2003."""
    days = {meeting.date for meeting in found if meeting.type == SCHEDULED}
    one = pd.Timedelta(days=1)
    return [each for each in found if each.type != SCHEDULED or each.date + one not in days]


def _last_day(text: str, year: int, where: str) -> pd.Timestamp:
    parts = _DAYS.match(text)
    if parts is None:
        raise SchemaError(f"{where} has {text[:60]!r} where the days of a meeting should be")
    first = _month(parts["month"], where)
    last = _month(parts["last_month"] or parts["next"] or parts["month"], where)
    day = int(parts["last_day"] or parts["day"])
    if last == first and day < int(parts["day"]):
        last = first % 12 + 1
    return _day(f"{year + (last < first):04d}{last:02d}{day:02d}", where)


def _day(digits: str, where: str) -> pd.Timestamp:
    return dates(pd.Series([digits]), where, "%Y%m%d").iloc[0]


def _month(name: str, where: str) -> int:
    short = name[:3].lower()
    if short not in _MONTHS:
        raise SchemaError(f"{where} has {name!r} where a month should be")
    return _MONTHS.index(short) + 1


def _entries(page: str) -> list[tuple[str, int, list[str]]]:
    """Days and words of each meeting, its year, and the addresses of its statements."""
    reader = _Reader()
    reader.feed(page)
    entries: list[tuple[str, int, list[str]]] = []
    year, month = 0, ""
    for kind, text in reader.pieces:
        if kind == "h4" and (heading := re.match(r"(\d{4}) FOMC Meetings", text)):
            year = int(heading[1])
        elif kind == "month":
            month = text
        elif kind == "days":
            entries.append((f"{month} {text}", year, []))
        elif kind == "h5" and (heading := re.fullmatch(r"(.+) - (\d{4})", text)):
            entries.append((heading[1], int(heading[2]), []))
        elif kind == "statement" and entries:
            entries[-1][2].append(text)
    return entries


class _Reader(HTMLParser):
    """Texts of headings, months and days, and statements' addresses, in the order of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[tuple[str, str]] = []
        self._tag, self._kind, self._text = "", "", ""
        self._link, self._link_text = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        classes = values.get("class", "").split()
        kind = next((_CLASSES[name] for name in classes if name in _CLASSES), "")
        if tag in ("h4", "h5") or kind:
            self._tag, self._kind, self._text = tag, kind or tag, ""
        elif tag == "a":
            self._link, self._link_text = values.get("href", ""), ""

    def handle_data(self, data: str) -> None:
        if self._tag:
            self._text += data
        self._link_text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == self._tag:
            text = " ".join(self._text.replace("\N{EN DASH}", "-").split())
            self.pieces.append((self._kind, text))
            self._tag = ""
        elif tag == "a" and self._link_text.strip() in _STATEMENT_LINKS:
            self.pieces.append(("statement", self._link))
