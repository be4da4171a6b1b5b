"""First choice and fallbacks, restated prices, and what the `live` source makes of them."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.catalogue import CATALOGUE
from pipeline.fetching.connections import Connections
from pipeline.fetching.one_series import Outcome, Task, fetch_series
from pipeline.providers import fred
from pipeline.series.kinds import PROVIDER, Series
from pipeline.settings.live import LiveSettings, Retry
from pipeline.sources.live import LiveSource
from pipeline.storage.landing import Landing
from tests.pipeline.providers.client.server import Answer, Server

US10Y = CATALOGUE["us10y"]
SPY = replace(CATALOGUE["spy"], live="fred:SPY")
START, NOW = "2024-01-02", "2024-07-10T12:00Z"
PATH = "/resource-center/data-chart-center/interest-rates/daily-treasury-rates.csv/2024/all"


class Fred:
    def __init__(self, values: pd.Series) -> None:
        self.values = values

    def answer(self, _path: str, query: dict[str, str]) -> Answer:
        rows = self.values.loc[query["cosd"] : query["coed"]]
        lines = [f"{date:%Y-%m-%d},{value!r}" for date, value in rows.items()]
        return Answer("\n".join([f"observation_date,{query['id']}", *lines]).encode())


class Treasury(Fred):
    def answer(self, path: str, _query: dict[str, str]) -> Answer:
        assert path == PATH
        lines = [f"{date:%m/%d/%Y},{value!r}" for date, value in self.values[::-1].items()]
        return Answer("\n".join(['Date,"10 Yr"', *lines]).encode())


@pytest.fixture
def servers() -> Iterator[tuple[Server, Server]]:
    pair = Server(), Server()
    yield pair
    for server in pair:
        server.shutdown()
        server.server_close()


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def yields(end: str = "2024-07-10", add: float = 0.0) -> pd.Series:
    dates = pd.bdate_range(START, end)
    return pd.Series((4.0 + np.arange(len(dates)) / 1000 + add).round(6), index=dates)


def ask(series: Series, servers: tuple[Server, Server], now: str = NOW) -> list[Outcome]:
    endpoints = {"fred": servers[0].address, "treasury": servers[1].address}
    settings = LiveSettings(Retry(attempts=1), endpoints=endpoints)
    task = Task(pd.Timestamp(START), pd.Timestamp(now))
    with Connections(settings, lambda _seconds: None) as connections:
        return list(fetch_series(series, task, connections, threading.Event()))


def providers(series: Series = US10Y) -> dict[str, int]:
    rows = Landing(series).read()
    assert rows is not None
    return rows[PROVIDER].value_counts().to_dict()


def test_a_fallback_is_not_asked_while_the_first_choice_is_current(
    servers: tuple[Server, Server],
) -> None:
    servers[0].serve(Fred(yields("2024-07-08")))  # FRED is a session late, and may be
    assert [outcome.provider for outcome in ask(US10Y, servers)] == ["fred"]
    assert servers[1].requests == []


def test_a_late_first_choice_is_completed_by_its_fallback_from_there_on(
    servers: tuple[Server, Server],
) -> None:
    servers[0].serve(Fred(yields("2024-07-03")))
    servers[1].serve(Treasury(yields()))
    fred, treasury = ask(US10Y, servers)
    assert (fred.problem, treasury.problem) == (None, None)
    assert treasury.asked_from > pd.Timestamp("2024-06-15")
    rows = Landing(US10Y).read()
    assert rows is not None
    tail = rows.set_index("date")[PROVIDER]
    assert tail["2024-07-03"] == "fred"
    assert tail["2024-07-08"] == "treasury"


def test_a_first_choice_that_comes_back_brings_its_whole_history(
    servers: tuple[Server, Server],
) -> None:
    servers[0].serve(Fred(yields()))
    servers[0].faults = ["country"]
    servers[1].serve(Treasury(yields("2024-07-09")))
    refused, served = ask(US10Y, servers)
    assert "refuses this country" in str(refused.problem)
    assert served.change.added == len(yields("2024-07-09"))
    assert set(providers()) == {"treasury"}
    (again,) = ask(US10Y, servers, "2024-07-12T12:00Z")
    assert again.asked_from == pd.Timestamp(START)
    assert set(providers()) == {"fred"}


def test_a_fallback_in_another_unit_is_refused(servers: tuple[Server, Server]) -> None:
    servers[0].serve(Fred(yields("2024-07-03")))
    servers[1].serve(Treasury((yields() / 100).round(8)))
    assert "its unit has changed" in str(ask(US10Y, servers)[1].problem)
    assert set(providers()) == {"fred"}


def test_a_dividend_restates_the_whole_history(servers: tuple[Server, Server]) -> None:
    prices = pd.Series(
        np.linspace(470.0, 560.0, len(yields())).round(4), index=yields().index, name="SPY"
    )
    servers[0].serve(Fred(prices.loc[:"2024-06-14"]))
    ask(SPY, servers, "2024-06-15T12:00Z")
    restated = (prices * 0.9968).round(4)
    servers[0].serve(Fred(restated))
    ask(SPY, servers)
    rows = Landing(SPY).read()
    assert rows is not None
    np.testing.assert_allclose(rows["value"], restated.loc[:"2024-07-09"])
    assert rows["date"].is_unique


def test_an_increment_of_a_price_that_was_not_restated_asks_for_its_end_only(
    servers: tuple[Server, Server],
) -> None:
    prices = pd.Series(np.linspace(470.0, 560.0, len(yields())).round(4), index=yields().index)
    servers[0].serve(Fred(prices))
    ask(SPY, servers, "2024-06-15T12:00Z")
    ask(SPY, servers)
    starts = [query["cosd"] for _path, query in servers[0].requests]
    assert starts[0] == START
    assert starts[1] > "2024-05-25"
    assert len(starts) == 2


def test_the_source_completes_what_was_fetched_from_the_users_own_files(
    servers: tuple[Server, Server],
) -> None:
    servers[0].serve(Fred(yields("2024-07-08")))
    ask(US10Y, servers)
    own = Path("own/rates")
    own.mkdir(parents=True)
    (own / "us10y.csv").write_text("date,value\n1999-01-04,4.69\n2024-07-08,9.99\n")
    (own / "breakeven10y.csv").write_text("date,value\n1999-01-04,5.15\n")
    source = LiveSource(Path("own"))
    rows = source.fetch(US10Y)
    assert rows is not None
    assert rows["date"].iloc[0] == pd.Timestamp("1999-01-04")
    assert rows[PROVIDER].iloc[0] == "own"
    assert rows["value"].iloc[-1] != 9.99
    alone = source.fetch(CATALOGUE["breakeven10y"])
    assert alone is not None
    assert list(alone["value"]) == [5.15]
    assert source.fetch(CATALOGUE["us2y"]) is None


def test_a_fallbacks_bars_lend_no_volume() -> None:
    series = replace(CATALOGUE["btc"], live="fred:a | treasury:b")
    times = pd.date_range("2024-07-01", periods=3, tz="UTC")
    numbers = {"open": 1.0, "high": 1.0, "low": 1.0, "close": 1.0, "volume": 5.0}
    whole = pd.DataFrame({"time": times} | numbers)
    now = pd.Timestamp(NOW)
    Landing(series).add(whole.iloc[:2], "fred", now, 1e-5)
    Landing(series).add(whole.assign(volume=900.0), "treasury", now, 1e-5)
    rows = Landing(series).read()
    assert rows is not None
    assert list(rows["volume"].fillna(-1)) == [5.0, 5.0, -1.0]


def test_what_a_reader_stumbles_over_is_told_and_never_a_traceback(
    servers: tuple[Server, Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbles(_self: object, _asked: object) -> Iterator[pd.DataFrame]:
        raise KeyError("observation_date")
        yield

    monkeypatch.setattr(fred.Fred, "pages", stumbles)
    servers[1].serve(Treasury(yields()))
    stumbled, served = ask(US10Y, servers)
    assert "fred (DGS10) sent what cannot be read (KeyError: " in str(stumbled.problem)
    assert "its format has changed" in str(stumbled.problem)
    assert served.problem is None
