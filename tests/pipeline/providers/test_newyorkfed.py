"""The New York Fed's reference rates: newest first, percentiles and volume beside the rate."""

from typing import ClassVar

import pandas as pd

from tests.pipeline.providers.client.contract import SourceContract, smooth, weekdays
from tests.pipeline.providers.client.server import Answer
from tests.pipeline.providers.exchanges import sent


class FakeNewYorkFed:
    def __init__(self, rows: pd.DataFrame) -> None:
        self.rows = rows

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        if path != "/api/rates/unsecured/effr/search.json":
            return Answer(b"", 404)
        asked = self.rows[self.rows["date"].between(query["startDate"], query["endDate"])]
        rates = [
            {
                "effectiveDate": f"{date:%Y-%m-%d}",
                "type": "EFFR",
                "percentRate": value,
                "percentPercentile1": value - 0.02,
                "targetRateFrom": 5.25,
                "targetRateTo": 5.5,
                "volumeInBillions": 108,
            }
            for date, value in asked.iloc[::-1].to_numpy()
        ]
        return sent({"refRates": rates})


class TestEffr(SourceContract):
    provider: ClassVar = "newyorkfed"
    series: ClassVar = "fed_funds"
    code: ClassVar = "effr"

    def rows(self) -> pd.DataFrame:
        dates = weekdays()
        return pd.DataFrame({"date": dates, "value": list(smooth(len(dates), 5.31, 5.34))})

    def fake(self, rows: pd.DataFrame) -> FakeNewYorkFed:
        return FakeNewYorkFed(rows)
