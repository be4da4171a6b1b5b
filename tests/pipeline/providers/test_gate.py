"""Liquidations as Gate sends them: a row a day, in seconds, stamped at the day's beginning."""

import json
from types import SimpleNamespace
from typing import ClassVar, cast

import pandas as pd

from pipeline.fetching.endpoint_check import first_contact
from pipeline.fetching.one_series import Task
from pipeline.fetching.plan import plan
from pipeline.params import Params
from pipeline.providers.client.provider import Request
from tests.pipeline.providers.client.contract import SourceContract
from tests.pipeline.providers.client.server import Answer
from tests.pipeline.providers.exchanges import every, sent, values

DAY = pd.Timedelta(days=1)


LIMIT = json.dumps(
    {"label": "INVALID_PARAM_VALUE", "message": "from time exceeds 180-day limit"}
).encode()
"""As recorded (status 400)."""


class FakeGate:
    def __init__(self, rows: pd.DataFrame, now: str = "2024-07-10T12:00Z") -> None:
        self.rows, self.now = rows, pd.Timestamp(now)

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        if path != "/api/v4/futures/usdt/contract_stats":
            return Answer(b"", 404)
        assert (query["contract"], query["interval"]) == ("BTC_USDT", "1d")
        start = pd.Timestamp(int(query["from"]), unit="s", tz="UTC")
        if start < self.now - 180 * DAY:
            return Answer(LIMIT, 400)
        begins = self.rows["time"] - DAY
        rows = self.rows[begins >= start].head(min(int(query["limit"]), 100))
        return sent(
            [
                {
                    "time": int((time - DAY).timestamp()),
                    "long_liq_usd": value,
                    "short_liq_usd": value / 2,
                    "open_interest_usd": 1e9,
                }
                for time, value in rows.itertuples(index=False)
            ]
            or None
        )


class TestLong(SourceContract):
    provider: ClassVar = "gate"
    series: ClassVar = "btc_liquidations_long"
    code: ClassVar = "BTC_USDT/long_liq_usd"
    start: ClassVar = "2024-02-01"

    def rows(self) -> pd.DataFrame:
        """Days of no liquidation are zeros, and true."""
        rows = values(every("1D"), 1e4, 1e8)
        return rows.assign(value=rows["value"].where(rows.index % 30 != 5, 0.0))

    def fake(self, rows: pd.DataFrame) -> FakeGate:
        return FakeGate(rows)

    def test_a_first_fetch_asks_for_the_180_days_that_gate_keeps(self) -> None:
        (planned,) = plan([self.entry], Task(pd.Timestamp("1997-01-02"), pd.Timestamp(self.now)))
        assert self.fetch(self.now, since="2020-01-01").problem is None
        assert planned.since == self.stored()["time"].iloc[0].tz_localize(None)
        assert len(self.stored()) == 178

    def test_the_doctor_asks_what_a_first_fetch_asks(self) -> None:
        settings = cast("Params", SimpleNamespace(data=SimpleNamespace(start="1997-01-02")))
        now = pd.Timestamp(self.now)
        with self.connect() as connections:
            (contact,) = first_contact([self.entry], connections, settings, now)
            assert (contact.said, contact.start) == ("", contact.asked_from)
            self.server.serve(FakeGate(self.rows().iloc[60:]))
        with self.connect() as connections:
            (contact,) = first_contact([self.entry], connections, settings, now)
        assert contact.said == "begins on 2024-03-01, not on 2024-01-15"

    def test_a_day_is_stamped_at_its_end_and_the_one_that_runs_is_left_out(self) -> None:
        self.fetch("2024-07-10T00:29Z")
        assert self.stored()["time"].iloc[-1] == pd.Timestamp("2024-07-10", tz="UTC")

    def test_long_and_short_are_one_request(self) -> None:
        start, now = pd.Timestamp("2024-07-01"), pd.Timestamp(self.now)
        firsts = []
        with self.connect() as connections:
            for column in ("long_liq_usd", "short_liq_usd"):
                asked = Request(self.entry, f"BTC_USDT/{column}", start, now)
                page = next(connections.open("gate").pages(asked))
                firsts.append((page["time"].iloc[0], page["value"].iloc[0]))
        time, value = self.rows().set_index("time").loc["2024-07-01":].reset_index().iloc[0]
        assert firsts == [(time, value), (time, value / 2)]
        assert len(self.server.requests) == 1

    def test_a_history_that_begins_later_is_taken_from_there(self) -> None:
        self.server.serve(FakeGate(self.rows().iloc[150:]))
        outcome = self.fetch(self.now)
        assert outcome.problem is None
        assert self.stored()["time"].iloc[0] == self.rows()["time"].iloc[150]
