"""FRED's release dates: JSON, a thousand at a time, with a key that nobody may see."""

import json
import logging
from typing import ClassVar

import pandas as pd
import pytest

from pipeline.providers import fred_api
from tests.pipeline.providers.client.contract import QUICK, SourceContract
from tests.pipeline.providers.client.server import Answer
from tests.pipeline.providers.releases import monthly

SECRET = "0123456789abcdef" * 2


class FakeFredApi:
    def __init__(self, rows: pd.DataFrame) -> None:
        self.rows = rows

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        wanted = {"release_id": "10", "api_key": SECRET, "file_type": "json", "sort_order": "asc"}
        wanted["include_release_dates_with_no_data"] = "true"
        if path != "/fred/release/dates" or not wanted.items() <= query.items():
            return Answer(b'{"error_code": 400, "error_message": "Bad Request."}', 400)
        dates = self.rows["date"][self.rows["date"].ge(query["realtime_start"])]
        first = int(query["offset"])
        part = dates.iloc[first : first + int(query["limit"])]
        answer = {
            "count": len(dates),
            "offset": first,
            "limit": int(query["limit"]),
            "release_dates": [{"release_id": 10, "date": f"{date:%Y-%m-%d}"} for date in part],
        }
        return Answer(json.dumps(answer).encode())


class TestFredApi(SourceContract):
    provider: ClassVar = "fred_api"
    series: ClassVar = "cpi"
    code: ClassVar = "10"
    start: ClassVar = "2023-01-01"

    @pytest.fixture(autouse=True)
    def _key(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FRED_API_KEY", SECRET)

    def rows(self) -> pd.DataFrame:
        return monthly("2022-01-01", "2024-12-31")

    def fake(self, rows: pd.DataFrame) -> FakeFredApi:
        return FakeFredApi(rows)

    def test_long_answers_come_in_parts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(fred_api, "_ROWS", 8)
        self.fetch(self.now)
        self.same(self.now)
        assert [query["offset"] for _path, query in self.server.requests] == ["0", "8", "16", "24"]

    def test_without_a_key_one_sentence_says_how_to_get_one(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("FRED_API_KEY")
        outcome = self.fetch(self.now)
        assert outcome.problem is not None
        assert "get one free of charge" in outcome.problem
        assert not self.server.requests

    def test_what_is_no_key_is_told_without_telling_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("FRED_API_KEY", "my password")
        outcome = self.fetch(self.now)
        assert outcome.problem is not None
        assert "holds 11 characters that are no key" in outcome.problem
        assert "password" not in outcome.problem
        assert not self.server.requests

    @pytest.mark.parametrize("fault", ["broken", "reset", "country", "page", "busy"])
    def test_the_key_is_in_no_message_and_no_log(
        self, fault: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        self.server.faults = [fault] * QUICK.attempts
        with caplog.at_level(logging.DEBUG):
            outcome = self.fetch(self.now)
        assert outcome.problem is not None
        assert SECRET not in outcome.problem
        assert SECRET not in caplog.text
        assert self.server.requests[0][1]["api_key"] == SECRET

    def test_json_of_another_shape_is_refused(self) -> None:
        class Changed(FakeFredApi):
            def answer(self, path: str, query: dict[str, str]) -> Answer:
                return Answer(b'{"dates": []}')

        self.server.serve(Changed(self.rows()))
        outcome = self.fetch(self.now)
        assert outcome.problem is not None
        assert "no list of release_dates" in outcome.problem
