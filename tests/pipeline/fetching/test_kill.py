"""A fetch that is killed anywhere loses nothing, and the next one completes it."""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.storage import store
from pipeline.storage.landing import LIVE
from tests.pipeline.providers.client.server import Answer, Server
from tools.small_project import committed_params

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
SERIES = ("us3m", "us2y", "us10y")
FETCH = ("fetch", *(word for name in SERIES for word in ("--only", name)))


class SlowTreasury:
    """A year an answer, so that many small pages are written."""

    def answer(self, path: str, _query: dict[str, str]) -> Answer:
        time.sleep(0.02)
        year = int(path.split("/")[-2])
        days = pd.bdate_range(f"{year}-01-02", f"{year}-12-29")[::-1]
        names = ("3 Mo", "2 Yr", "10 Yr")
        head = "Date," + ",".join(f'"{name}"' for name in names)
        lines = [f"{day:%m/%d/%Y}," + ",".join(["4.25"] * len(names)) for day in days]
        return Answer("\n".join([head, *lines]).encode())


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    running.serve(SlowTreasury())
    yield running
    running.shutdown()
    running.server_close()


def write_params(place: Path, address: str) -> None:
    document = committed_params()
    document["live"] |= {"endpoints": {"treasury": address}, "concurrency": 2}
    document["live"]["skip"] = ["fred"]
    document["data"]["start"] = "2023-01-03"
    place.mkdir()
    (place / "params.yaml").write_text(yaml.safe_dump(document, sort_keys=False))


def start(place: Path) -> subprocess.Popen[bytes]:
    program = [sys.executable, "-m", "pipeline.cli", *FETCH]
    return subprocess.Popen(
        program,
        cwd=place,
        env={"PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def finish(place: Path, patch: pytest.MonkeyPatch) -> dict[str, pd.DataFrame]:
    """Fetch in this process, which nobody kills; give what has landed."""
    patch.chdir(place)
    CliRunner().invoke(app, FETCH)
    return landed(place)


def landed(place: Path) -> dict[str, pd.DataFrame]:
    """Every stored row but the instant of its fetch; each file must be whole.

    Read as a stage does, which opens a file once: pandas opens it twice, and a fetch at work may
    put a newer one in its place between the two.
    """
    files = sorted((place / LIVE).glob("*/*.parquet"))
    return {
        str(path.relative_to(place)): store.read_parquet(path).drop(columns="fetched_at")
        for path in files
        if not path.name.startswith(".")
    }


def test_killed_fetches_lose_nothing(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean, killed = tmp_path / "clean", tmp_path / "killed"
    for place in (clean, killed):
        write_params(place, server.address)
    whole = finish(clean, monkeypatch)
    assert len(whole) == len(SERIES)
    chance = random.Random(20240805)  # noqa: S311 - moments of kills
    kept: dict[str, pd.DataFrame] = {}
    for _ in range(3):
        running = start(killed)
        before = len(landed(killed))
        while running.poll() is None and len(landed(killed)) <= min(before, 3):
            time.sleep(0.05)
        time.sleep(chance.uniform(0.0, 0.3))
        running.send_signal(signal.SIGKILL)
        running.wait()
        now = landed(killed)
        for name, rows in kept.items():
            pd.testing.assert_frame_equal(now[name].iloc[: len(rows)], rows)
        kept = now
    completed = finish(killed, monkeypatch)
    assert completed.keys() == whole.keys()
    for name, rows in completed.items():
        pd.testing.assert_frame_equal(rows, whole[name])
