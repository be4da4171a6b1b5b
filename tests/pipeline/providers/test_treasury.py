"""The Treasury's CSV: a file a year, newest first, MM/DD/YYYY, ``N/A`` or empty where missing."""

from typing import ClassVar

import pandas as pd
import pytest

from tests.pipeline.providers.client.contract import SourceContract, smooth, weekdays
from tests.pipeline.providers.client.server import Answer

BASE = "/resource-center/data-chart-center/interest-rates/daily-treasury-rates.csv/"


class FakeTreasury:
    def __init__(self, rows: pd.DataFrame, column: str) -> None:
        self.rows, self.column = rows, column

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        year, _slash, span = path.removeprefix(BASE).partition("/")
        wrong = query.get("_format") != "csv" or query["field_tdr_date_value"] != year
        if not path.startswith(BASE) or span != "all" or wrong:
            return Answer(b"<html></html>", 200)
        rows = self.rows[self.rows["date"].dt.year == int(year)].iloc[::-1]
        lines = [f'Date,"1 Mo","{self.column}"']
        lines += [f"{date:%m/%d/%Y},N/A,{value}" for date, value in rows.to_numpy()]
        return Answer("\n".join(lines).encode())


class TestNominal(SourceContract):
    provider: ClassVar = "treasury"
    series: ClassVar = "us10y"
    code: ClassVar = "nominal/10 Yr"
    start: ClassVar = "2023-10-02"

    def rows(self) -> pd.DataFrame:
        dates = weekdays("2023-10-02")
        return pd.DataFrame({"date": dates, "value": list(smooth(len(dates), 3.8, 4.7))})

    def fake(self, rows: pd.DataFrame) -> FakeTreasury:
        return FakeTreasury(rows, "10 Yr")

    def test_one_answer_serves_all_tenors(self) -> None:
        from pipeline.providers.client.provider import Request  # noqa: PLC0415

        now = pd.Timestamp(self.now)
        with self.connect() as connections:
            provider = connections.open(self.provider)
            for code in (self.code, self.code):
                asked = Request(self.entry, code, pd.Timestamp("2024-01-02"), now)
                assert len(list(provider.pages(asked))) == 1
        assert len(self.server.requests) == 1

    @pytest.mark.parametrize("body", [b"", b'Date,"1 Mo","10 Yr"\n'])
    def test_a_year_without_rows_yet_is_no_complaint(self, body: bytes) -> None:
        class January(FakeTreasury):
            def answer(self, path: str, query: dict[str, str]) -> Answer:
                return Answer(body) if "/2024/" in path else super().answer(path, query)

        self.server.serve(January(self.rows(), "10 Yr"))
        assert self.fetch("2024-01-03T12:00Z").problem is None
        assert self.stored()["date"].iloc[-1] == pd.Timestamp("2023-12-29")

    def test_a_tenor_that_vanished_is_refused_by_name(self) -> None:
        self.server.serve(FakeTreasury(self.rows(), "10 Year"))
        outcome = self.fetch(self.now)
        assert outcome.problem is not None
        assert "no column '10 Yr'" in outcome.problem


class BothCurves:
    """A real yield that stands at two percent, and a nominal one above it."""

    def __init__(self, rows: pd.DataFrame) -> None:
        nominal = rows.assign(value=(rows["value"] + 2.0).round(2))
        self.nominal = FakeTreasury(nominal, "10 Yr")
        self.real = FakeTreasury(rows.assign(value=2.0), "10 YR")

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        curve = self.real if "real" in query["type"] else self.nominal
        return curve.answer(path, query)


class TestBreakeven(SourceContract):
    provider: ClassVar = "treasury"
    series: ClassVar = "breakeven10y"
    code: ClassVar = "breakeven/10"

    def rows(self) -> pd.DataFrame:
        dates = weekdays()
        values = [round(value, 2) for value in smooth(len(dates), 1.8, 2.6)]
        return pd.DataFrame({"date": dates, "value": values})

    def fake(self, rows: pd.DataFrame) -> BothCurves:
        return BothCurves(rows)
