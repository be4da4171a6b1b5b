"""The index as alternative.me sends it: newest first, number and seconds as text."""

from typing import ClassVar

import pandas as pd

from tests.pipeline.providers.client.contract import SourceContract
from tests.pipeline.providers.client.server import Answer
from tests.pipeline.providers.exchanges import every, sent, values


class FakeIndex:
    def __init__(self, rows: pd.DataFrame, error: str | None = None) -> None:
        self.rows, self.error = rows, error

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        if path != "/fng/" or query["format"] != "json":
            return Answer(b"", 404)
        assert query["limit"] == "0", "only 0 asks for all"
        data = [
            {
                "value": str(value),
                "value_classification": "Fear",
                "timestamp": str(int(time.timestamp())),
            }
            for time, value in self.rows.iloc[::-1].itertuples(index=False)
        ]
        data[0]["time_until_update"] = "43200"
        return sent(
            {"name": "Fear and Greed Index", "data": data, "metadata": {"error": self.error}}
        )


class TestIndex(SourceContract):
    provider: ClassVar = "alternative_me"
    series: ClassVar = "fear_greed"
    code: ClassVar = "fng"

    def rows(self) -> pd.DataFrame:
        rows = values(every("1D"), 5, 95)
        return rows.assign(value=rows["value"].round())

    def fake(self, rows: pd.DataFrame) -> FakeIndex:
        return FakeIndex(rows[rows["time"] <= self.now])

    def test_an_error_beside_status_200_is_seen(self) -> None:
        self.server.serve(FakeIndex(self.rows(), "Invalid parameter"))
        outcome = self.fetch(self.now)
        assert outcome.problem == "alternative_me (fng) says: Invalid parameter"
