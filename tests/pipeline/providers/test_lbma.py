"""The LBMA's JSON: dates with prices in dollars, pounds and euros; zeros and nulls are holes."""

import json
from typing import Any, ClassVar

import pandas as pd
import pytest

from tests.pipeline.providers.client.contract import SourceContract, smooth, weekdays
from tests.pipeline.providers.client.server import Answer


class FakeLbma:
    def __init__(self, records: list[dict[str, Any]]) -> None:
        self.records = records

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        if path != "/json/gold_pm.json" or query:
            return Answer(b"", 404)
        return Answer(json.dumps(self.records).encode())


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {"is_cms_locked": 1, "d": f"{date:%Y-%m-%d}", "v": [value, round(value * 0.79, 2), 0.0]}
        for date, value in rows.to_numpy()
    ]


class TestLbma(SourceContract):
    provider: ClassVar = "lbma"
    series: ClassVar = "gold"
    code: ClassVar = "gold_pm"

    def rows(self) -> pd.DataFrame:
        dates = weekdays()
        return pd.DataFrame({"date": dates, "value": list(smooth(len(dates), 1990.0, 2450.0))})

    def fake(self, rows: pd.DataFrame) -> FakeLbma:
        return FakeLbma(records(rows))

    @pytest.mark.parametrize("hole", [0.0, None])
    def test_zeros_and_nulls_are_holes(self, hole: float | None) -> None:
        sent = records(self.rows())
        sent[4]["v"][0] = hole
        self.server.serve(FakeLbma(sent))
        assert self.fetch(self.now).problem is None
        assert pd.Timestamp(sent[4]["d"]) not in set(self.stored()["date"])

    def test_prices_of_another_shape_are_refused(self) -> None:
        sent = records(self.rows())
        sent[4]["v"] = {"USD": 2000.0}
        self.server.serve(FakeLbma(sent))
        outcome = self.fetch(self.now)
        assert outcome.problem is not None
        assert "where three prices should be" in outcome.problem
