"""The Federal Reserve's calendar pages: recent years on one, each earlier year on its own."""

from typing import ClassVar

import pandas as pd
import pytest

from pipeline.base.errors import SchemaError
from pipeline.providers.client.fomc_pages import meetings
from tests.pipeline.providers.client.contract import SourceContract
from tests.pipeline.providers.client.server import Answer

BASE = "/monetarypolicy/"
RELEASE = "/newsevents/pressreleases/monetary"


def scheduled(year: int) -> pd.DataFrame:
    """Eight Wednesdays of a year, the second of them in a new month."""
    days = [f"{year}-{month:02d}-{day:02d}" for month, day in DAYS]
    return pd.DataFrame({"date": pd.to_datetime(days).as_unit("ns"), "type": "scheduled"})


DAYS = ((1, 29), (4, 1), (5, 7), (6, 18), (7, 30), (9, 17), (10, 29), (12, 10))
EMERGENCY = pd.DataFrame({"date": [pd.Timestamp("2020-03-15")], "type": ["unscheduled"]})


def recent(year: int, rows: pd.DataFrame) -> str:
    """A panel of the page of recent years."""
    entries = [("August", "22 (notation vote)", "")]
    for day in rows["date"]:
        before = day - pd.Timedelta(days=1)
        crosses = before.month != day.month
        month = f"{before:%b}/{day:%b}" if crosses else f"{day:%B}"
        entries.append((month, f"{before.day}-{day.day}*", f"{RELEASE}{day:%Y%m%d}a.htm"))
    return (
        f'<div class="panel panel-default"><div class="panel-heading"><h4><a id="{year}">{year} '
        "FOMC Meetings</a></h4></div>"
        + "".join(
            '<div class="fomc-meeting--shaded row fomc-meeting" "><div class="fomc-meeting__month '
            f'col-xs-5"><strong>{month}</strong></div><div class="fomc-meeting__date col-xs-4">'
            f"{days}</div>"
            f'<div>Statement: <a href="{link}">HTML</a></div></div>'
            for month, days, link in entries
        )
        + "</div>"
    )


def historical(year: int, rows: pd.DataFrame) -> str:
    """The page of an earlier year."""
    panels = []
    for day, kind in rows.to_numpy():
        before = day - pd.Timedelta(days=1)
        last = f"{day:%B} {day.day}" if before.month != day.month else f"{day.day}"
        days = f"{before:%B} {before.day}-{last} Meeting"
        if kind == "unscheduled":
            days = f"{before:%B} {before.day} (unscheduled) Meeting"
        link = f'<a href="{RELEASE}{day:%Y%m%d}a.htm">Statement</a>'
        panels.append(f'<h5 class="panel-heading">{days} - {year}</h5><div>{link}</div>')
    panels.append(f"<h5>March 17-18 (cancelled) Meeting - {year}</h5>")
    panels.append(f"<h5>August 27 (notation vote) - {year}</h5>")
    panels.append(
        f"<h5>October 4 Conference Call - {year}</h5><a href='/fomcminutes.pdf'>Minutes</a>"
    )
    return "<html><body>" + "".join(panels) + "</body></html>"


class FakeFed:
    def __init__(self, rows: pd.DataFrame, first_recent: int) -> None:
        self.rows, self.first_recent = rows, first_recent

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        name = path.removeprefix(BASE).removesuffix(".htm")
        years = self.rows["date"].dt.year
        if name == "fomccalendars":
            order = [2024, *range(2023, self.first_recent - 1, -1), 2025]
            panels = "".join(recent(year, self.rows[years == year]) for year in order)
            return Answer(f"<!DOCTYPE html><html><body>{panels}</body></html>".encode())
        year = int(name.removeprefix("fomchistorical"))
        if year >= self.first_recent:
            return Answer(b"", 404)
        return Answer(historical(year, self.rows[years == year]).encode())


class TestFed(SourceContract):
    provider: ClassVar = "fed"
    series: ClassVar = "fomc"
    code: ClassVar = "fomc"
    start: ClassVar = "2019-01-01"

    def rows(self) -> pd.DataFrame:
        years = pd.concat([scheduled(year) for year in range(2019, 2026)])
        rows = pd.concat([years, EMERGENCY]).sort_values("date", ignore_index=True)
        return rows.astype({"date": "datetime64[ns]"})

    def fake(self, rows: pd.DataFrame) -> FakeFed:
        return FakeFed(rows, 2021)

    def test_recent_dates_cost_one_request(self) -> None:
        self.fetch(self.cut)
        self.server.requests.clear()
        self.fetch(self.now)
        assert [path for path, _query in self.server.requests] == [f"{BASE}fomccalendars.htm"]

    def test_a_year_that_was_not_understood_is_refused(self) -> None:
        rows = self.rows()
        self.server.serve(
            FakeFed(rows[rows["date"].dt.month.gt(6) | rows.date.dt.year.ne(2022)], 2021)
        )
        outcome = self.fetch(self.now)
        assert outcome.problem is not None
        assert "4 scheduled meetings of 2022 where eight should be" in outcome.problem

    def test_a_moved_meeting_moves(self) -> None:
        self.fetch(self.cut)
        moved = self.rows()
        moved.loc[moved.index[-1], "date"] += pd.Timedelta(days=7)
        self.server.serve(self.fake(moved))
        self.fetch(self.now)
        assert self.stored()["date"].tolist() == moved["date"].tolist()


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("January 28-29 Meeting - 2014", ["2014-01-29"]),
        ("January 31-February 1 Meeting - 2017", ["2017-02-01"]),
        ("Oct/Nov 31-1 Meeting - 2023", ["2023-11-01"]),
        ("April 30-1 Meeting - 2024", ["2024-05-01"]),
        ("December 31-January 1 Meeting - 2014", ["2015-01-01"]),
        ("March 18 Meeting - 2003", ["2003-03-18"]),
        ("March 17-18 (cancelled) Meeting - 2020", []),
        ("August 27 (notation vote) - 2020", []),
        ("January 9 Conference Call - 2008", []),
        ("Minutes of the Meeting", []),
    ],
)
def test_headings_of_earlier_years(heading: str, expected: list[str]) -> None:
    found = meetings(f"<h5>{heading}</h5>", "fed")
    assert [meeting.date for meeting in found] == [pd.Timestamp(day) for day in expected]


@pytest.mark.parametrize(
    "link",
    [
        "/newsevents/pressreleases/monetary20200303a.htm",
        "/newsevents/press/monetary/20200303b.htm",
        "/boarddocs/press/general/2020/20200303/default.htm",
        "/fomc/20200303default.htm",
    ],
)
def test_a_sudden_decision_is_dated_by_its_statement(link: str) -> None:
    page = (
        "<h5>March 2 (unscheduled) Meeting - 2020</h5>"
        f"<a href='/press/20200302.htm'>Press Release</a><a href='{link}'>Statement</a>"
    )
    assert meetings(page, "fed") == [(pd.Timestamp("2020-03-03"), "unscheduled")]


@pytest.mark.parametrize("says", ["Press Release", "Statement on Longer-Run Goals"])
def test_a_call_without_a_statement_was_not_announced(says: str) -> None:
    link = f"<a href='/newsevents/press/monetary/20080311a.htm'>{says}</a>"
    assert not meetings(f"<h5>March 10 Conference Call - 2008</h5>{link}", "fed")


def test_a_link_to_another_day_moves_no_scheduled_meeting() -> None:
    link = "<a href='/newsevents/press/monetary/20070618a.htm'>Statement</a>"
    (meeting,) = meetings(f"<h5>June 27-28 Meeting - 2007</h5>{link}", "fed")
    assert meeting == (pd.Timestamp("2007-06-28"), "scheduled")


def test_two_days_listed_as_two_meetings_are_one() -> None:
    page = "<h5>September 15 Meeting - 2003</h5><h5>September 16 Meeting - 2003</h5>"
    assert [meeting.date for meeting in meetings(page, "fed")] == [pd.Timestamp("2003-09-16")]


@pytest.mark.parametrize("days", ["to be told", "Smarch 3 Meeting", "February 30 Meeting"])
def test_what_is_no_day_is_refused(days: str) -> None:
    with pytest.raises(SchemaError, match=r"where .* should be"):
        meetings(f"<h5>{days} - 2014</h5>", "fed")
