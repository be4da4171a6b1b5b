"""`undertow fetch`, `use` and `doctor` as a person meets them, against a local FRED."""

import json
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner, Result

from pipeline.base.errors import ConfigurationError, DataMissingError
from pipeline.catalogue import CATALOGUE
from pipeline.cli import app
from pipeline.fetching.connections import Connections
from pipeline.fetching.one_series import Task
from pipeline.fetching.run import fetch, interleaved, only_one_fetch
from pipeline.settings.live import LiveSettings
from pipeline.storage.landing import LIVE, Landing
from tests.pipeline.providers.client.server import Answer, Server
from tools.small_project import committed_params

ROOT = Path(__file__).resolve().parents[3]


class TodaysFred:
    """The 10-year yield up to the last weekday, and a series that stopped a year ago."""

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        assert path == "/graph/fredgraph.csv"
        end = pd.Timestamp.now("UTC").tz_localize(None).normalize()
        stopped = query["id"] == "DGS2"
        dates = pd.bdate_range(query["cosd"], end - pd.Timedelta(days=365 * stopped))
        lines = [f"{date:%Y-%m-%d},{4.0 + date.day_of_year / 1000}" for date in dates]
        return Answer("\n".join([f"observation_date,{query['id']}", *lines]).encode())


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    running.serve(TodaysFred())
    yield running
    running.shutdown()
    running.server_close()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Path:
    document = committed_params()
    document["live"]["endpoints"] = {"fred": server.address}
    document["live"]["skip"] = ["treasury"]
    document["data"]["start"] = "2024-01-02"
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_a_fetch_tells_what_came_and_a_second_asks_nothing(place: Path, server: Server) -> None:
    first = run("fetch", "--only", "us10y")
    assert first.exit_code == 0, first.exception
    assert "us10y" in first.stdout
    assert "1 of 1 series are current" in first.stdout
    assert "undertow use live" in first.stdout
    asked = len(server.requests)
    again = run("fetch", "--only", "us10y", "--json")
    assert json.loads(again.stdout) == []
    assert len(server.requests) == asked


def test_a_dry_run_asks_nothing_and_says_what_it_would(place: Path, server: Server) -> None:
    told = json.loads(run("fetch", "--only", "us10y", "--dry-run", "--json").stdout)
    assert told == [{"series": "us10y", "provider": "fred", "since": "2024-01-02"}]
    assert server.requests == []
    assert not LIVE.exists()


def test_a_required_series_that_is_behind_ends_with_its_reason(place: Path) -> None:
    result = run("fetch", "--only", "us2y")
    assert isinstance(result.exception, DataMissingError)
    assert "us2y (2-year Treasury) ends on" in str(result.exception)


def test_since_asks_again_and_tells_revisions(place: Path) -> None:
    run("fetch", "--only", "us10y")
    told = json.loads(run("fetch", "--only", "us10y", "--since", "2024-02-01", "--json").stdout)
    assert [row["asked_from"] for row in told] == ["2024-02-01"]
    assert (told[0]["added"], told[0]["revised"], told[0]["problem"]) == (0, 0, None)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["fetch", "--only", "us10"], "did you mean 'us10y'"),
        (["fetch", "--since", "02/01/2024"], "is not a date"),
        (["use", "liv"], "did you mean 'live'"),
    ],
)
def test_a_slip_gets_one_sentence(place: Path, words: list[str], sentence: str) -> None:
    result = run(*words)
    assert isinstance(result.exception, ConfigurationError)
    assert sentence in str(result.exception)


def test_an_unknown_provider_in_the_parameters_is_refused_by_name(place: Path) -> None:
    text = (place / "params.yaml").read_text().replace("- treasury", "- tresury")
    (place / "params.yaml").write_text(text)
    result = run("fetch", "--only", "us10y")
    assert "live: unknown provider 'tresury'" in str(result.exception)


def test_use_changes_one_word_and_only_when_the_source_can_be_opened(place: Path) -> None:
    (place / "params.yaml").write_text((ROOT / "params.yaml").read_text())
    refused = run("use", "live")
    assert "run `undertow fetch` first" in str(refused.exception)
    assert (place / "params.yaml").read_text() == (ROOT / "params.yaml").read_text()
    (place / "own").mkdir()
    (place / "data/own").mkdir(parents=True)
    assert run("use", "files").exit_code == 0
    before = (ROOT / "params.yaml").read_text().splitlines()
    after = (place / "params.yaml").read_text().splitlines()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) == 1
    assert changed[0][1].startswith("  source: files     ")
    assert changed[0][0].index("#") == changed[0][1].index("#")


def test_the_doctor_tells_what_is_behind_and_what_to_do(place: Path) -> None:
    run("fetch", "--only", "us10y")
    run("fetch", "--only", "us2y")
    run("use", "live")
    result = run("doctor", "--json")
    document = json.loads(result.stdout)
    state = {row["series"]: row for row in document["series"]}
    assert state["us10y"]["state"] == "current"
    assert state["us10y"]["provider"] == "fred"
    assert state["us2y"]["state"] == "stale"
    assert state["us2y"]["remedy"] == "undertow fetch --only us2y"
    assert state["spy"]["state"] == "missing"
    assert state["miners_nav"]["state"] == "no source"
    assert set(state) == set(CATALOGUE)
    assert {row["what"] for row in document["machine"]} >= {"OpenMP (LightGBM)", "disk", "DVC"}
    assert result.exception is not None


def test_two_fetches_at_once_are_refused(place: Path) -> None:
    with only_one_fetch(LIVE):
        result = run("fetch", "--only", "us10y")
    assert "another `undertow fetch` is at work" in str(result.exception)


def test_a_fetch_that_ends_early_keeps_what_was_stored(place: Path, server: Server) -> None:
    names = ("us10y", "breakeven10y", "us2y", "us3m")
    wanted = [CATALOGUE[name] for name in names]
    settings = LiveSettings(endpoints={"fred": server.address}, skip=("treasury",))
    task = Task(pd.Timestamp("2024-01-02"), pd.Timestamp.now("UTC"))
    with Connections(settings, lambda _seconds: None) as connections:
        with closing(fetch(wanted, task, connections, 1)) as done:
            next(done)
        before = [Landing(series).read() for series in wanted]
        assert any(rows is not None for rows in before)
        assert len(list(fetch(wanted, task, connections, 1))) == len(wanted)
    for series, rows in zip(wanted, before, strict=True):
        after = Landing(series).read()
        assert after is not None
        if rows is not None:
            pd.testing.assert_frame_equal(after.iloc[: len(rows)], rows)


def test_neighbours_have_different_first_choices() -> None:
    order = list(interleaved(CATALOGUE[name] for name in ("us2y", "us3m", "us10y", "vix", "spy")))
    firsts = [series.routes[0].provider for series in order]
    assert firsts[:3] == ["fred", "cboe", "yahoo"]
    assert len(order) == 5


class Nothing:
    """A provider that has nothing of what it is asked for."""

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        return Answer(b"", status=404)


@pytest.mark.slow
def test_a_look_between_sessions_asks_for_what_never_closes_alone(
    place: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = partial(Connections, sleep=lambda _seconds: None)
    monkeypatch.setattr("pipeline.commands.fetch.Connections", impatient)
    server.serve(Nothing())
    document = yaml.safe_load((place / "params.yaml").read_text())
    routes = [(s.round_the_clock, r.provider) for s in CATALOGUE.values() for r in s.routes]
    everyone, of_crypto = {name for _, name in routes}, {name for crypto, name in routes if crypto}
    document["live"] |= {"endpoints": {name: f"{server.address}/{name}" for name in everyone}}
    document["live"]["retry"]["attempts"] = 1
    document["data"]["source"] = "live"
    (place / "params.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
    result = run("now")
    assert isinstance(result.exception, DataMissingError)
    asked = {path.split("/")[1] for path, _query in server.requests}
    assert {"binance", "bybit"} <= asked <= of_crypto
    assert {path for path, _query in server.requests if "yahoo" in path} == {
        f"/yahoo/v8/finance/chart/{ticker}-USD" for ticker in ("BTC", "ETH")
    }
