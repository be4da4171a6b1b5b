"""The members' table: read from the package, and from the user's folder where it has one."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from threading import Event

import pandas as pd
import pytest

from pipeline.aligning import membership
from pipeline.base.errors import SchemaError
from pipeline.catalogue import CATALOGUE
from pipeline.fetching.connections import Connections
from pipeline.fetching.one_series import Task, fetch_series
from pipeline.providers.client.universe import bundled, members
from pipeline.settings.live import LiveSettings
from pipeline.sources.live import LiveSource
from pipeline.storage.landing import LIVE, Landing

ROOT = Path(__file__).resolve().parents[3]
META = CATALOGUE["members_meta"]
NOW = pd.Timestamp("2026-03-02T12:00Z")


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def fetch() -> None:
    task = Task(pd.Timestamp("2024-01-01"), NOW)
    with Connections(LiveSettings()) as connections:
        (outcome,) = fetch_series(META, task, connections, Event())
    assert outcome.problem is None


def own_list(text: str) -> Path:
    path = Path("own") / str(META.files)
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return Path("own")


def test_what_lands_is_the_list_that_comes_with_undertow() -> None:
    fetch()
    landed = Landing(META).read()
    assert landed is not None
    pd.testing.assert_frame_equal(landed[bundled().columns.tolist()], bundled(), check_dtype=False)


def test_the_user_s_own_list_comes_first() -> None:
    fetch()
    own = own_list("ticker,sector,industry,ndx_ever\nNVDA,Information Technology,Mine,True\n")
    assert members(own)["industry"].tolist() == ["Mine"]
    rows = LiveSource(own, LIVE).fetch(META)
    assert rows is not None
    assert rows["industry"].tolist() == ["Mine"]


def test_an_own_list_without_a_column_is_refused_by_name() -> None:
    with pytest.raises(SchemaError, match="no column 'industry'"):
        members(own_list("ticker,sector,ndx_ever\nNVDA,Information Technology,True\n"))


def test_the_list_says_what_membership_counts() -> None:
    table = bundled()
    assert table["ticker"].is_unique
    assert table["ticker"].is_monotonic_increasing
    assert table["ndx_ever"].dtype == bool
    assert not table.isna().to_numpy().any()
    industries = table["industry"].value_counts()
    for industry in membership._SEMICONDUCTORS | membership._SOFTWARE:
        assert industries[industry] >= 5, industry
    assert (table["sector"] == membership._TECHNOLOGY).sum() >= 60
    assert (table["ndx_ever"] | (table["sector"] == membership._TECHNOLOGY)).all()


def test_a_wheel_carries_the_list(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for room in ("pipeline", "features", "models"):
        shutil.copytree(ROOT / room, source / room)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    build = [sys.executable, "-m", "uv", "build", "--wheel", "--no-build-isolation", "--quiet"]
    subprocess.run([*build, "--out-dir", str(tmp_path), str(source)], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "pipeline/providers/client/universe.csv" in names
    assert "pipeline/report/page.html.j2" in names


@pytest.mark.parametrize("ticker", ["../../x", "/etc/x", "", "A\x1b[31mB", '"<img src=x>"'])
def test_a_ticker_that_would_name_another_place_is_refused(ticker: str) -> None:
    own = own_list(f"ticker,sector,industry,ndx_ever\nAAPL,Tech,Soft,true\n{ticker},Tech,Soft,1\n")
    with pytest.raises(SchemaError, match=r"row 2 below the header: .* is no name of a ticker"):
        members(own)
