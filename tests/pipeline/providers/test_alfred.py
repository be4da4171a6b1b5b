"""ALFRED's text: lines about the release, then a date a line, with carriage returns."""

from typing import ClassVar

import pandas as pd
import pytest

from tests.pipeline.providers.client.contract import SourceContract
from tests.pipeline.providers.client.server import Answer
from tests.pipeline.providers.releases import monthly


class FakeAlfred:
    def __init__(self, rows: pd.DataFrame) -> None:
        self.rows = rows

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        if path != "/release/downloaddates" or query != {"rid": "10", "ff": "txt"}:
            return Answer(b"", 404)
        lines = ["Title:  Consumer Price Index", "Link:   none", "", "Release Dates:", ""]
        lines += [f"{date:%Y-%m-%d}" for date in self.rows["date"]]
        return Answer("\r\n".join([*lines, ""]).encode())


class TestAlfred(SourceContract):
    provider: ClassVar = "alfred"
    series: ClassVar = "cpi"
    code: ClassVar = "10"
    start: ClassVar = "2022-06-01"

    def rows(self) -> pd.DataFrame:
        return monthly("2021-01-01", "2024-07-01")

    def fake(self, rows: pd.DataFrame) -> FakeAlfred:
        return FakeAlfred(rows)

    def test_a_text_without_dates_is_refused(self) -> None:
        self.server.serve(FakeAlfred(self.rows().iloc[:0]))
        outcome = self.fetch(self.now)
        assert outcome.problem is not None
        assert "alfred (10) sent no release date" in outcome.problem

    @pytest.mark.parametrize("day", ["2024-02-30", "0024-02-13"])
    def test_a_day_that_is_in_no_calendar_is_refused(self, day: str) -> None:
        self.server.garble = lambda body: body + f"\n{day}\n".encode()
        outcome = self.fetch(self.now)
        assert outcome.problem == f"alfred (10) sent '{day}' where a date should be"

    def test_a_past_without_a_future_asks_the_next_provider(self) -> None:
        from pipeline.fetching.due import is_current  # noqa: PLC0415
        from pipeline.storage.landing import Landing  # noqa: PLC0415

        self.fetch(self.now)
        rows, now = Landing(self.entry).read(), pd.Timestamp(self.now)
        assert rows is not None
        assert not is_current(rows, self.entry, now)
        ahead = rows.tail(1).assign(date=pd.Timestamp("2024-08-14"))
        assert is_current(pd.concat([rows, ahead]), self.entry, now)
