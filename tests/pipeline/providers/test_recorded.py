"""Recorded and quoted answers of the real providers, read to the values that a person reads.

``recorded/README.md`` says of each file which evidence it is.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest

from pipeline.catalogue import CATALOGUE
from pipeline.fetching.connections import Connections
from pipeline.fetching.pages import pages
from pipeline.providers.client.failures import ProviderError
from pipeline.providers.client.fomc_pages import meetings
from pipeline.providers.client.provider import Request, evidence_of
from pipeline.series.kinds import Route
from pipeline.settings.live import LiveSettings, Retry
from tests.pipeline.providers.client.server import Answer, Server
from tests.pipeline.providers.test_binance_archive import zipped

FOLDER = Path(__file__).parent / "recorded"


@dataclass(frozen=True)
class Recorded:
    """A route, what it sent from a date on, and what a person reads there."""

    series: str
    route: str
    files: tuple[str, ...]
    since: str
    now: str
    read: dict[str, float]


RECORDED = [
    Recorded(
        "us10y",
        "fred:DGS10",
        ("fred_dgs10.csv",),
        "2024-08-01",
        "2024-08-10T12:00Z",
        {"2024-08-02": 3.80, "2024-08-05": 3.78, "2024-08-08": 3.99},
    ),
    Recorded(
        "us10y",
        "treasury:nominal/10 Yr",
        ("treasury_2025.csv", "treasury_2026.csv"),
        "2025-01-01",
        "2026-10-03T12:00Z",
        {
            "2025-02-14": 4.47,
            "2025-02-18": 4.55,
            "2026-09-30": 5.29,
            "2026-10-01": 5.24,
            "2026-10-02": 5.28,
        },
    ),
    Recorded(
        "us3m",
        "treasury:nominal/3 Mo",
        ("treasury_1990.csv",),
        "1990-01-01",
        "1991-01-01T12:00Z",
        {"1990-12-31": 6.63},
    ),
    Recorded(
        "real10y",
        "treasury:real/10 YR",
        ("treasury_real_2026.csv",),
        "2026-01-01",
        "2026-06-11T12:00Z",
        {"2026-06-10": 2.21},
    ),
    Recorded(
        "vix",
        "cboe:VIX",
        ("cboe_vix.csv",),
        "1990-01-01",
        "2026-07-24T12:00Z",
        {"1990-01-02": 17.24, "2024-08-05": 38.57, "2026-07-23": 18.70},
    ),
    Recorded(
        "spy",
        "yahoo:AAPL",
        ("yahoo_aapl.json",),
        "2025-05-08",
        "2025-10-30T12:00Z",
        {"2025-05-08": 197.007782, "2025-05-13": 212.688614},
    ),
    Recorded(
        "fed_funds",
        "newyorkfed:effr",
        ("newyorkfed_effr.json",),
        "2025-02-20",
        "2025-02-27T18:00Z",
        {"2025-02-26": 4.33},
    ),
    Recorded(
        "gold",
        "lbma:gold_pm",
        ("lbma_gold_pm.json",),
        "1968-01-01",
        "1968-04-10T12:00Z",
        {"1968-04-01": 37.7},
    ),
    Recorded(
        "gold",
        "bundesbank:D.XAU.USD.EA.AC.C05",
        ("bundesbank_gold.csv",),
        "2024-08-01",
        "2024-08-10T12:00Z",
        {"2024-08-05": 2393.85},
    ),
    Recorded("dxy", "ecb:dxy", ("ecb.zip",), "1999-01-01", "2026-04-14T12:00Z", {}),
    Recorded(
        "btc",
        "coinmetrics:btc",
        ("coinmetrics_btc.json",),
        "1997-01-02",
        "2026-01-01T12:00Z",
        {"2014-09-17": 457.33},
    ),
    Recorded(
        "btc",
        "binance:spot/BTCUSDT/1d",
        ("binance_btcusdt_1d.json",),
        "2026-07-15",
        "2026-07-16T12:00Z",
        {"2026-07-15": 65011.50},
    ),
    Recorded(
        "btc_funding_bitmex",
        "bitmex:XBTUSD",
        ("bitmex_xbtusd.json",),
        "2021-04-01",
        "2021-04-02T00:00Z",
        {"2021-04-01 04:00": 0.000817},
    ),
    Recorded(
        "fear_greed",
        "alternative_me:fng",
        ("alternative_me_fng.json",),
        "2026-09-01",
        "2026-09-09T12:00Z",
        {"2026-09-08": 71.0},
    ),
    Recorded(
        "stablecoin_supply",
        "defillama:all",
        ("defillama_all.json",),
        "2026-07-01",
        "2026-07-20T12:00Z",
        {"2026-07-15": 310000000001.5},
    ),
    Recorded(
        "btc_oi_bybit",
        "bybit:interest/BTCUSDT",
        ("bybit_interest.json", "bybit_empty.json", "bybit_kline.json", "bybit_empty.json"),
        "2026-09-15",
        "2026-09-15T08:31Z",
        {"2026-09-15 07:50": 26332.321 * 115000.1, "2026-09-15 07:45": 26336.672 * 115000.0},
    ),
    Recorded(
        "btc_funding_binance",
        "bybit:funding/BTCUSDT",
        ("bybit_funding.json", "bybit_empty.json"),
        "2026-08-06",
        "2026-08-07T12:00Z",
        {"2026-08-06 16:00": -0.005, "2026-08-07 00:00": 0.0001},
    ),
    Recorded(
        "fed_assets",
        "h41:RESPPMA_N.WW",
        ("h41.csv",),
        "2024-08-01",
        "2026-07-15T12:00Z",
        {"2024-08-07": 7175256.0, "2026-07-08": 6735609.0},
    ),
]


class Shelf:
    """Sends a route's files in turn, then nothing."""

    def __init__(self, *files: str, status: int = 200) -> None:
        self.bodies = [(FOLDER / file).read_bytes() for file in files]
        self.nothing = b"[]" if files[0].endswith(".json") else b""
        self.status = status

    def answer(self, _path: str, _query: dict[str, str]) -> Answer:
        body = self.bodies.pop(0) if self.bodies else self.nothing
        return Answer(body, self.status)


class Drawer:
    """Sends a file of an archive as a zip with its checksum; every other is not there."""

    def __init__(self, ends: str, file: str) -> None:
        self.ends, self.zip = ends, zipped((FOLDER / file).read_text(encoding="utf-8"))

    def answer(self, path: str, _query: dict[str, str]) -> Answer:
        if not path.removesuffix(".CHECKSUM").endswith(self.ends):
            return Answer(b"<Error><Code>NoSuchKey</Code></Error>", 404)
        signed = path.endswith(".CHECKSUM")
        return Answer(f"{sha256(self.zip).hexdigest()}  x.zip\n".encode() if signed else self.zip)


def rows(server: Server, recorded: Recorded) -> pd.DataFrame:
    provider, _colon, code = recorded.route.partition(":")
    series, now = CATALOGUE[recorded.series], pd.Timestamp(recorded.now)
    asked = Request(series, code, pd.Timestamp(recorded.since), now)
    settings = LiveSettings(Retry(attempts=1), endpoints={provider: server.address})
    with Connections(settings, lambda _seconds: None) as connections:
        return pd.concat(pages(connections, provider, asked, beginning=True), ignore_index=True)


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda each: each.route)
def test_an_answer_is_read_as_a_person_reads_it(server: Server, recorded: Recorded) -> None:
    server.serve(Shelf(*recorded.files))
    found = rows(server, recorded)
    column = next(name for name in ("value", "close", "rate") if name in found)
    values = found.set_index(found.columns[0])[column]
    for day, value in recorded.read.items():
        assert values[pd.Timestamp(day, tz=values.index.tz)] == pytest.approx(value), day


@pytest.mark.parametrize(
    ("ends", "recorded"),
    [
        (
            "BTCUSDT-fundingRate-2026-06.zip",
            Recorded(
                "btc_funding_binance",
                "binance_archive:funding/BTCUSDT",
                ("binance_archive_funding.csv",),
                "2026-06-01",
                "2026-07-05T12:00Z",
                {"2026-06-01": 0.00005703},
            ),
        ),
        (
            "BTCUSDT-metrics-2026-07-15.zip",
            Recorded(
                "long_short_ratio",
                "binance_archive:crowding/BTCUSDT",
                ("binance_archive_metrics.csv",),
                "2026-07-16",
                "2026-07-17T12:00Z",
                {"2026-07-16": 1.2},
            ),
        ),
    ],
    ids=["funding", "metrics"],
)
def test_a_file_of_the_archive_is_read_likewise(
    server: Server, ends: str, recorded: Recorded
) -> None:
    server.serve(Drawer(ends, *recorded.files))
    found = rows(server, recorded).set_index("time")
    column = next(name for name in ("value", "rate") if name in found)
    for day, value in recorded.read.items():
        assert found[column][pd.Timestamp(day, tz="UTC")] == pytest.approx(value)


def test_the_ecbs_dollar_is_the_dollar_index_of_its_day(server: Server) -> None:
    server.serve(Shelf("ecb.zip"))
    recorded = next(each for each in RECORDED if each.route == "ecb:dxy")
    values = rows(server, recorded).set_index("date")["value"]
    assert values["1999-01-04"] == pytest.approx(93.9, abs=0.5)


def test_the_feds_page_of_a_past_year_has_its_meetings_last_days() -> None:
    page = (FOLDER / "fed_2016.htm").read_text(encoding="utf-8")
    days = [f"{meeting.date:%m-%d}" for meeting in meetings(page, "fed (2016)")]
    assert days[:3] == ["07-27", "09-21", "11-02"]


@pytest.mark.parametrize(
    ("route", "series", "file", "status", "said"),
    [
        (
            "gate:BTC_USDT/long_liq_usd",
            "btc_liquidations_long",
            "gate_limit.json",
            400,
            "does not accept the request",
        ),
        ("yahoo:SPY", "spy", "yahoo_429.txt", 429, "asked too often"),
    ],
)
def test_a_refusal_is_one_sentence(
    server: Server, route: str, series: str, file: str, status: int, said: str
) -> None:
    server.serve(Shelf(file, status=status))
    with pytest.raises(ProviderError, match=said) as caught:
        rows(server, Recorded(series, route, (file,), "2026-01-01", "2026-02-01T12:00Z", {}))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda each: each.route)
def test_a_provider_claims_the_evidence_that_there_is(recorded: Recorded) -> None:
    told = (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()
    [line] = [each for each in told if each.startswith("|") and f"`{recorded.files[0]}`" in each]
    provider, _colon, code = recorded.route.partition(":")
    said = line.split("|")[2].split()[0].rstrip(",")
    assert said == evidence_of(Route(provider, code))


def test_every_file_says_its_evidence() -> None:
    told = (FOLDER / "README.md").read_text(encoding="utf-8")
    silent = [file.name for file in FOLDER.iterdir() if f"`{file.name}`" not in told]
    assert silent == ["README.md"]
