"""The whole evening on a made-up market of today, served by a small internet on loopback.

FRED, Cboe, Yahoo and the LBMA answer; every other provider refuses, as exchanges refuse some
countries. Fetch, use, every stage, score: the call is tonight's.
"""

import json
import shlex
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import unquote

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner, Result

from pipeline.base.errors import ConfigurationError, DataMissingError
from pipeline.catalogue import CATALOGUE
from pipeline.cli import app
from pipeline.fetching.connections import Connections
from pipeline.fetching.due import last_session
from pipeline.params import parse
from pipeline.providers.client.provider import provider_names
from pipeline.sources.simulated import open_source
from pipeline.storage import store
from tests.pipeline.documented import NETWORK, documented
from tests.pipeline.providers.client.server import Answer, Server
from tests.pipeline.providers.test_cboe import FakeCboe
from tests.pipeline.providers.test_fred import FakeFred
from tests.pipeline.providers.test_lbma import FakeLbma
from tests.pipeline.providers.test_yahoo import FakeYahoo
from tools.small_project import STAGES, run_stages, short_params

ROOT = Path(__file__).resolve().parents[3]
SERVED = ("fred", "cboe", "yahoo", "lbma")


class Refusing:
    """What an exchange says to a country that it does not serve."""

    def answer(self, _path: str, _query: dict[str, str]) -> Answer:
        return Answer(b"{}", 451)


class Shelf:
    """Several fakes of one provider, each for a code."""

    def __init__(self, fakes: dict[str, object], code: str) -> None:
        self.fakes, self.code = fakes, code

    def answer(self, path: str, query: dict[str, str]) -> Answer:
        code = query[self.code] if self.code else unquote(path).rpartition("/")[2]
        fake = self.fakes.get(code)
        return Answer(b"", 404) if fake is None else fake.answer(unquote(path), query)


class Market:
    """A made-up market up to today, on the providers' shelves."""

    def __init__(self, settings: object) -> None:
        self.source = open_source(settings)

    def rows(self, name: str) -> pd.DataFrame:
        frame = self.source.fetch(CATALOGUE[name])
        assert frame is not None
        return frame

    def of(self, provider: str) -> dict[str, str]:
        """Code by series, where the provider has it."""
        return {
            route.code: name
            for name, series in CATALOGUE.items()
            for route in series.routes
            if route.provider == provider and series.kind == "value"
        }

    def fred(self) -> Shelf:
        fakes = {code: FakeFred(self.rows(name)) for code, name in self.of("fred").items()}
        three_years = pd.Timestamp.now() - pd.DateOffset(years=3)
        spread = self.rows("hy_oas")
        fakes["BAMLH0A0HYM2"] = FakeFred(spread[spread["date"] >= three_years])
        return Shelf(fakes, "id")

    def cboe(self) -> Shelf:
        line = "{}"
        return Shelf(
            {
                f"{code}_History.csv": FakeCboe(self.rows(name), code, line)
                for code, name in self.of("cboe").items()
            },
            "",
        )

    def yahoo(self) -> Shelf:
        panel = self.rows("members")
        closes = {code: self.rows(name) for code, name in self.of("yahoo").items()}
        closes |= {
            symbol: panel[["date", symbol]].rename(columns={symbol: "value"}).dropna()
            for symbol in panel.columns
            if symbol != "date"
        }
        fakes = {code: _funds(code, rows) for code, rows in closes.items()}
        bars = self.rows("btc").assign(date=lambda rows: rows["time"].dt.tz_localize(None))
        fakes["BTC-USD"] = FakeYahoo("BTC-USD", bars, "UTC", "0h", "CRYPTOCURRENCY")
        return Shelf(fakes, "")

    def lbma(self) -> FakeLbma:
        rows = self.rows("gold")
        return FakeLbma(
            [
                {"is_cms_locked": 1, "d": f"{date:%Y-%m-%d}", "v": [value, 0, 0]}
                for date, value in rows.to_numpy()
            ]
        )


def _funds(symbol: str, rows: pd.DataFrame) -> FakeYahoo:
    columns = dict.fromkeys(("open", "high", "low", "close", "adjclose"), rows["value"])
    bars = pd.DataFrame({"date": rows["date"], **columns, "volume": 1000})
    return FakeYahoo(symbol, bars.reset_index(drop=True), "America/New_York", "9h30min")


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, Server]]:
    running = {name: Server() for name in (*SERVED, "nobody")}
    yield running
    for server in running.values():
        server.shutdown()
        server.server_close()


def small(servers: dict[str, Server]) -> dict:
    """The committed parameters on a short market that ends yesterday."""
    yesterday = pd.Timestamp.now("UTC").tz_localize(None).normalize() - pd.Timedelta(days=1)
    dates = (yesterday - pd.DateOffset(years=4), yesterday, yesterday - pd.DateOffset(months=6))
    baselines = ("climatology", "vix", "seen_half")
    document = short_params(*(f"{date:%Y-%m-%d}" for date in dates), baselines=baselines)
    document["states"]["model"]["min_train"] = 252
    document["walk_forward"] |= {"refit_every": 126, "min_train": 252}
    document["outlook"]["models"]["component_drift"]["min_rows"] = 252
    nobody = servers["nobody"].address
    document["live"]["endpoints"] = dict.fromkeys(provider_names(), nobody)
    document["live"]["endpoints"] |= {name: servers[name].address for name in SERVED}
    del document["live"]["endpoints"]["universe"]
    return document


@pytest.fixture(scope="module")
def evening(
    tmp_path_factory: pytest.TempPathFactory, servers: dict[str, Server], empty_database: Path
) -> Iterator[dict[str, Result]]:
    """What was said at each step."""
    place = tmp_path_factory.mktemp("evening")
    shutil.copyfile(empty_database, place / "mlflow.db")
    document = small(servers)
    market = Market(parse(document))
    for name in SERVED:
        servers[name].serve(getattr(market, name)())
    servers["nobody"].serve(Refusing())
    meta = market.rows("members_meta")
    own = place / "data/own/equities"
    own.mkdir(parents=True)
    meta.to_csv(own / "tech_panel_meta.csv", index=False)
    text = yaml.safe_dump(document, sort_keys=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        impatient = partial(Connections, sleep=lambda _seconds: None)
        for command in ("fetch", "doctor"):
            patch.setattr(f"pipeline.commands.{command}.Connections", impatient)
        (place / "params.yaml").write_text(text)
        said = {"fetch": run("fetch"), "use": run("use", "live")}
        assert said["fetch"].exit_code == 0, (said["fetch"].exception, said["fetch"].stderr)
        run_stages(*STAGES[:-1])
        said["score"] = run("score", "--json")
        yield said


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_the_fetch_ends_well_though_most_refuse(evening: dict[str, Result]) -> None:
    assert evening["fetch"].exit_code == 0, evening["fetch"].exception
    assert evening["use"].exit_code == 0, evening["use"].exception


def test_the_call_is_tonights_and_real(evening: dict[str, Result]) -> None:
    call = json.loads(evening["score"].stdout)
    due = last_session(pd.Timestamp.now("UTC"))
    assert call["session"] == f"{due:%Y-%m-%d}"
    assert call["simulated"] is False
    assert call["freshness"]["vix"]["age_sessions"] == 0
    assert call["freshness"]["us10y"]["age_sessions"] == 1
    assert sum(call["probabilities"]["ahead"].values()) == pytest.approx(1.0)


def test_the_labels_stand_on_components_that_have_a_history(evening: dict[str, Result]) -> None:
    labels = pd.read_parquet(store.SCENARIOS)
    assert set(labels["label_version"]) == {"1-live"}
    assert "component_hyg/ief" in labels
    assert "component_hy_oas" not in labels


def test_every_raw_row_says_who_gave_it_and_when(evening: dict[str, Result]) -> None:
    for name, provider in (("us10y", "fred"), ("vix", "cboe"), ("spy", "yahoo")):
        rows = pd.read_parquet(store.RAW / "live" / f"{name}.parquet")
        assert set(rows["provider"]) == {provider}
        assert rows["fetched_at"].notna().all()


def test_members_come_a_symbol_each(evening: dict[str, Result]) -> None:
    panel = pd.read_parquet(store.PANEL)
    members = [name for name in panel if name.startswith("members.")]
    assert len(members) == 20
    assert panel[members].iloc[-1].notna().sum() >= 10


def test_the_doctor_knows_what_is_there(evening: dict[str, Result]) -> None:
    document = json.loads(run("doctor", "--json").stdout)
    state = {row["series"]: row["state"] for row in document["series"]}
    assert {state[name] for name in ("us10y", "vix", "spy", "btc", "dxy")} == {"current"}
    assert state["btc_oi_bybit"] == "missing"


def test_scoring_again_is_the_published_call(evening: dict[str, Result]) -> None:
    again = run("score", "--json")
    assert json.loads(again.stdout) == json.loads(evening["score"].stdout)


@pytest.mark.parametrize("command", [e for e in documented("undertow") if e.startswith(NETWORK)])
def test_every_documented_command_of_the_network_runs(
    evening: dict[str, Result], command: str
) -> None:
    last_month = f"{pd.Timestamp.now() - pd.Timedelta(days=30):%Y-%m-%d}"
    result = run(*shlex.split(command.replace("2024-01-02", last_month))[1:])
    run("use", "live")
    if command.startswith("undertow doctor"):
        # Most of this internet refuses, and the doctor's code says so.
        assert result.exception is None or isinstance(
            result.exception, DataMissingError | ConfigurationError
        ), result.exception
    else:
        assert result.exit_code == 0, result.exception
