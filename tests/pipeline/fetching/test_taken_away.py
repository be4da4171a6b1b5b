"""Each provider of a required series is taken away in turn, and the evening's data are whole.

Or, where one alone has a series, the fetch says so in one sentence and names what stands in.
"""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from pipeline.base.errors import DataMissingError
from pipeline.catalogue import CATALOGUE
from pipeline.commands.fetch import check_required
from pipeline.fetching.connections import Connections
from pipeline.fetching.one_series import Outcome, Task, fetch_series
from pipeline.fetching.status import Status, statuses
from pipeline.settings.live import LiveSettings, Retry
from pipeline.storage.landing import Landing
from tests.pipeline.providers.client.contract import smooth, weekdays
from tests.pipeline.providers.client.server import Answer, Server
from tests.pipeline.providers.test_bundesbank import FakeBundesbank
from tests.pipeline.providers.test_cboe import BASE as INDICES
from tests.pipeline.providers.test_cboe import FakeCboe, FakeChart
from tests.pipeline.providers.test_ecb import FakeEcb, rates
from tests.pipeline.providers.test_fred import FakeFred
from tests.pipeline.providers.test_lbma import FakeLbma, records
from tests.pipeline.providers.test_newyorkfed import FakeNewYorkFed
from tests.pipeline.providers.test_yahoo import FakeYahoo, bars

pytest.importorskip("yfinance")

BEFORE, NOW = pd.Timestamp("2024-07-08T12:00Z"), pd.Timestamp("2024-07-10T12:00Z")
WANTED = [
    series
    for series in CATALOGUE.values()
    if series.required or series.name in {"hyg", "ief", "gold", "fed_funds"}
]
PROVIDERS = sorted({route.provider for series in WANTED for route in series.routes})
ALONE = {"fred": "hy_oas"}
"""A provider that no other can replace, and the series that is late without it."""


class Away:
    def answer(self, _path: str, _query: dict[str, str]) -> Answer:
        return Answer(b"", 451)


def level(low: float, high: float) -> pd.DataFrame:
    dates = weekdays()
    return pd.DataFrame({"date": dates, "value": list(smooth(len(dates), low, high))})


class Fred:
    def answer(self, path: str, query: dict[str, str]) -> Answer:
        low, high = (12.0, 24.0) if query["id"] == "VIXCLS" else (4.0, 4.7)
        return FakeFred(level(low, high)).answer(path, query)


class Treasury:
    def answer(self, _path: str, _query: dict[str, str]) -> Answer:
        lines = [f"{date:%m/%d/%Y}" + f",{value}" * 3 for date, value in level(4.0, 4.7).to_numpy()]
        return Answer("\n".join(['Date,"2 Yr","10 Yr","10 YR"', *reversed(lines)]).encode())


class Cboe:
    def answer(self, path: str, query: dict[str, str]) -> Answer:
        if path.startswith(INDICES):
            return FakeCboe(level(12.0, 24.0), "CLOSE", "{}").answer(path, query)
        return FakeChart(level(480.0, 550.0)).answer(f"{path.rpartition('/')[0]}/SPY.json", query)


class Yahoo:
    def answer(self, path: str, query: dict[str, str]) -> Answer:
        symbol = path.rpartition("/")[2].replace("%5E", "^")
        low, high = {"^VIX": (12.0, 24.0), "DX-Y.NYB": (99.0, 106.0)}.get(symbol, (480.0, 550.0))
        rows = bars(level(low, high)).assign(adjclose=lambda prices: prices["close"])
        fake = FakeYahoo(symbol, rows, "America/New_York", "9h30min")
        return fake.answer(path.replace("%5E", "^"), query)


FAKES = {
    "fred": Fred(),
    "treasury": Treasury(),
    "cboe": Cboe(),
    "yahoo": Yahoo(),
    "ecb": FakeEcb(rates()),
    "lbma": FakeLbma(records(level(1990.0, 2450.0))),
    "bundesbank": FakeBundesbank(level(1990.0, 2450.0)),
    "newyorkfed": FakeNewYorkFed(level(5.31, 5.34)),
}


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, Server]]:
    running = {name: Server() for name in PROVIDERS}
    yield running
    for server in running.values():
        server.shutdown()
        server.server_close()


def fetched(servers: dict[str, Server], now: pd.Timestamp) -> list[Outcome]:
    endpoints = {name: server.address for name, server in servers.items()}
    task = Task(pd.Timestamp("2024-01-02"), now)
    retry = LiveSettings(Retry(attempts=2), endpoints=endpoints)
    with Connections(retry, lambda _seconds: None) as connections:
        return [
            outcome
            for series in WANTED
            for outcome in fetch_series(series, task, connections, threading.Event())
        ]


def stand() -> list[Status]:
    rows = {series.name: Landing(series).read() for series in WANTED}
    return statuses(WANTED, {n: r for n, r in rows.items() if r is not None}, NOW, "live")


@pytest.fixture(scope="module")
def before(servers: dict[str, Server], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the evening before, on which everybody answered."""
    place = tmp_path_factory.mktemp("before")
    for name, server in servers.items():
        server.serve(FAKES[name])
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        assert [o.problem for o in fetched(servers, BEFORE) if o.problem] == []
    return place


@pytest.mark.parametrize("away", PROVIDERS)
@pytest.mark.slow
def test_the_evening_survives_any_single_providers_absence(
    away: str,
    before: Path,
    servers: dict[str, Server],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.chdir(shutil.copytree(before, tmp_path / "after"))
    for name, server in servers.items():
        server.serve(Away() if name == away else FAKES[name])
    outcomes, after = fetched(servers, NOW), stand()
    behind = {each.series.name for each in after if each.state != "current"}
    assert behind == ({ALONE[away]} if away in ALONE else set())
    with caplog.at_level("WARNING", "undertow"):
        check_required(after, outcomes)
    for name in behind:
        assert f"{name} ends on 2024-07-05, and hyg and ief stand in for it" in caplog.text


def test_a_series_that_nothing_stands_in_for_is_refused_in_one_sentence(
    servers: dict[str, Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, server in servers.items():
        server.serve(Away() if name in {"fred", "treasury"} else FAKES[name])
    outcomes = fetched(servers, NOW)
    with pytest.raises(DataMissingError, match=r"^us2y \(2-year Treasury\) has no row: [^\n]*451"):
        check_required(stand(), outcomes)
