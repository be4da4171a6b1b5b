"""The Bundesbank's CSV: lines about the series, then a line a calendar day, a dot for none."""

from typing import ClassVar

import pandas as pd

from tests.pipeline.providers.client.contract import SourceContract, smooth, weekdays
from tests.pipeline.providers.client.server import Answer

KEY = "D.XAU.USD.EA.AC.C05"


class FakeBundesbank:
    def __init__(self, rows: pd.DataFrame, key: str = KEY) -> None:
        self.rows, self.key = rows, key

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        if path != f"/rest/download/BBEX3/{KEY}" or query["format"] != "csv":
            return Answer(b"", 404)
        values = self.rows.set_index("date")["value"].asfreq("D")
        lines = [
            f'"",BBEX3.{self.key},BBEX3.{self.key}_FLAGS',
            '"",Gold price in London / afternoon fixing / 1 ounce of fine gold (troy) = USD ...,',
            "unit,USD,",
            '"last update","2024-07-10 16:05:00",',
        ]
        for date, value in values.items():
            hole = pd.isna(value)
            lines.append(f"{date:%Y-%m-%d},{'.' if hole else value},{'No value' if hole else ''}")
        return Answer("\n".join(lines).encode())


class TestGold(SourceContract):
    provider: ClassVar = "bundesbank"
    series: ClassVar = "gold"
    code: ClassVar = KEY

    def rows(self) -> pd.DataFrame:
        dates = weekdays()
        return pd.DataFrame({"date": dates, "value": list(smooth(len(dates), 1990.0, 2450.0))})

    def fake(self, rows: pd.DataFrame) -> FakeBundesbank:
        return FakeBundesbank(rows)

    def test_another_series_is_refused(self) -> None:
        self.server.serve(FakeBundesbank(self.rows(), "D.XAU.EUR.EA.AC.C05"))
        assert "does not name the series" in str(self.fetch(self.now).problem)
