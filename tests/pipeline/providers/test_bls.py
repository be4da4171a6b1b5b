"""The BLS's iCalendar: folded lines, its own name of a time zone, releases with similar titles."""

from dataclasses import replace
from typing import ClassVar

import pandas as pd
import pytest

from pipeline.fetching.connections import Connections
from pipeline.providers.client.provider import Request
from pipeline.settings.live import LiveSettings
from pipeline.storage.landing import Landing
from tests.pipeline.providers.client.contract import QUICK, SourceContract
from tests.pipeline.providers.client.server import Answer
from tests.pipeline.providers.releases import monthly


class FakeBls:
    def __init__(self, events: list[tuple[pd.Timestamp, str]]) -> None:
        self.events = events

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        if path != "/schedule/news_release/bls.ics" or query:
            return Answer(b"", 404)
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "X-WR-TIMEZONE:US-Eastern"]
        for day, title in self.events:
            start = f"DTSTART;TZID=US-Eastern:{day:%Y%m%d}T083000"
            lines += ["BEGIN:VEVENT", f"UID:{day:%Y%m%d}-{title[:3]}", start, title, "END:VEVENT"]
        return Answer("\r\n".join([*lines, "END:VCALENDAR", ""]).encode())


def events(rows: pd.DataFrame, title: str) -> list[tuple[pd.Timestamp, str]]:
    return [(day, f"SUMMARY:{title}") for day in rows["date"]]


class TestPayrolls(SourceContract):
    provider: ClassVar = "bls"
    series: ClassVar = "payrolls"
    code: ClassVar = "payrolls"
    start: ClassVar = "2023-06-01"

    def rows(self) -> pd.DataFrame:
        return monthly("2023-08-01", "2024-12-31")

    def fake(self, rows: pd.DataFrame) -> FakeBls:
        later = [(day + pd.Timedelta(days=3), "SUMMARY:Consumer Price Index") for day in rows.date]
        return FakeBls(later + events(rows, "Employment Situation")[::-1])

    def test_similar_titles_are_other_releases(self) -> None:
        others = [
            (pd.Timestamp("2024-04-24"), "SUMMARY:Employment Situation of Veterans"),
            (pd.Timestamp("2024-04-25"), "SUMMARY:State Employment and Unemployment"),
            (pd.Timestamp("2024-04-26"), "SUMMARY:Metropolitan Area Employment Situation"),
        ]
        self.server.serve(FakeBls(others + events(self.rows(), "Employment Situation")))
        self.fetch(self.now)
        self.same(self.now)

    def test_a_month_behind_the_title_and_a_folded_line_are_read(self) -> None:
        title = "Employment Situation for Oct\r\n ober 2023"
        self.server.serve(FakeBls(events(self.rows(), title)))
        self.fetch(self.now)
        self.same(self.now)

    def test_a_cancelled_release_is_none(self) -> None:
        sent = events(self.rows(), "Employment Situation")
        sent[4] = (sent[4][0], sent[4][1] + "\r\nSTATUS:CANCELLED")
        self.server.serve(FakeBls(sent))
        self.fetch(self.now)
        assert self.stored()["date"].tolist() == self.rows()["date"].drop(index=4).tolist()

    def test_a_moved_release_moves_and_the_past_stays(self) -> None:
        self.fetch(self.cut)
        moved = self.rows().iloc[6:].reset_index(drop=True)
        moved.loc[moved.index[-1], "date"] += pd.Timedelta(days=6)
        self.server.serve(FakeBls(events(moved, "Employment Situation")))
        self.fetch(self.now)
        expected = [*self.rows()["date"].iloc[:6], *moved["date"]]
        assert self.stored()["date"].tolist() == expected

    def test_a_calendar_without_the_release_is_refused(self) -> None:
        self.server.serve(FakeBls(events(self.rows(), "Jobs")))
        outcome = self.fetch(self.now)
        assert outcome.problem is not None
        assert "no event called 'Employment Situation'" in outcome.problem
        assert Landing(self.entry).read() is None

    def test_the_contact_is_told_to_the_bureau_and_to_nobody_else(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("UNDERTOW_CONTACT", "desk@example.org")
        endpoints = {"bls": self.server.address, "fred": self.server.address}
        settings = LiveSettings(QUICK, endpoints=endpoints)
        with Connections(settings) as connections:
            agents = {
                name: connections.open(name).http._client.headers["User-Agent"]
                for name in ("bls", "fred")
            }
        assert agents["bls"].endswith(" desk@example.org")
        assert "@" not in agents["fred"]

    def test_one_answer_serves_both_releases(self) -> None:
        now = pd.Timestamp(self.now)
        with self.connect() as connections:
            for code in ("payrolls", "cpi"):
                entry = replace(self.entry, name=code)
                asked = Request(entry, code, pd.Timestamp(self.start), now)
                assert len(next(connections.open("bls").pages(asked))) == len(self.rows())
        assert len(self.server.requests) == 1
