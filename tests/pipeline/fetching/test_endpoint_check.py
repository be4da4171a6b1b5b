"""`undertow doctor --live`: the first meeting with a real endpoint says what is not as written."""

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from pipeline.base.errors import DataMissingError
from pipeline.catalogue import CATALOGUE
from pipeline.cli import app
from pipeline.fetching.contact import Contact, markdown
from pipeline.fetching.endpoint_facts import EXPECTED
from pipeline.providers.client.provider import provider_names
from pipeline.settings.live import LiveSettings
from tests.pipeline.providers.client.server import Answer, Server
from tools.small_project import committed_params


class Fred:
    """The 10-year yield from a date on, in some unit, to the last weekday or less far."""

    def __init__(self, first: str = "1962-01-02", unit: float = 1.0, days_late: int = 0) -> None:
        self.first, self.unit, self.days_late = first, unit, days_late

    def answer(self, _path: str, query: dict[str, str]) -> Answer:
        end = pd.Timestamp.now("UTC").tz_localize(None).normalize()
        dates = pd.bdate_range(
            max(query["cosd"], self.first), end - pd.Timedelta(days=self.days_late)
        )
        lines = [f"{date:%Y-%m-%d},{3.78 * self.unit:g}" for date in dates]
        return Answer("\n".join([f"observation_date,{query['id']}", *lines]).encode())


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.shutdown()
    running.server_close()


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    document = committed_params()
    document["live"] |= {"endpoints": {"fred": server.address}, "skip": ["treasury"]}
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
    monkeypatch.chdir(tmp_path)


def meet(server: Server, fake: Fred) -> tuple[dict, BaseException | None]:
    server.serve(fake)
    result = CliRunner().invoke(app, ["doctor", "--live", "--only", "us10y", "--json"])
    (contact,) = json.loads(result.stdout)
    return contact, result.exception


def test_what_is_as_written_passes(server: Server) -> None:
    contact, problem = meet(server, Fred())
    assert problem is None
    assert contact["as_documented"]
    assert contact["start"] == "1997-01-02"  # data.start; nothing older is wanted
    assert contact["value"] == 3.78


@pytest.mark.parametrize(
    ("fake", "said"),
    [
        (Fred(first="2023-11-01"), "begins on 2023-11-01, not on 1997-01-02"),
        (Fred(unit=0.01), "gives 0.0378 for 2024-08-05, where 3.78 was published"),
        (Fred(unit=100.0), "basis points"),
        (Fred(days_late=9), "older than the publication lag allows"),
        (Fred(days_late=60), "gave no row of the last 21 days"),
    ],
)
def test_what_is_not_is_said(server: Server, fake: Fred, said: str) -> None:
    contact, problem = meet(server, fake)
    assert said in contact["said"]
    assert isinstance(problem, DataMissingError)
    assert "1 of 1 routes are not as documented" in str(problem)


def test_the_table_can_be_pasted_and_tells_nothing_private(monkeypatch) -> None:
    monkeypatch.setenv("UNDERTOW_CONTACT", "me@firm.example")
    monkeypatch.setenv("UNDERTOW_ENDPOINT_BLS", "https://x:y@own.example/bls")
    said = (
        "fred at https://mirror.firm.example/fred (mirror.firm.example, own.example) refuses "
        "me@firm.example"
    )
    contact = Contact("us10y", "fred", "a|b", "1997-01-02", said=said)
    private = LiveSettings(endpoints={"fred": "https://mirror.firm.example/fred"})
    *_head, row = markdown([contact], private)
    assert row == (
        "| us10y | fred | a\\|b | 1997-01-02 | - | - | - | "
        "fred at (private) ((private), (private)) refuses (private) |"
    )


def test_every_expectation_is_of_a_route_that_there_is() -> None:
    routes = {
        f"{route.provider}:{route.code}" for entry in CATALOGUE.values() for route in entry.routes
    }
    assert set(EXPECTED) - {"yahoo:AAPL"} <= routes


def test_every_route_names_a_provider_that_there_is() -> None:
    named = {route.provider for entry in CATALOGUE.values() for route in entry.routes}
    assert named <= set(provider_names())


def test_every_series_has_a_route_or_says_why_not() -> None:
    silent = [name for name, entry in CATALOGUE.items() if not entry.routes and not entry.not_live]
    assert silent == []
