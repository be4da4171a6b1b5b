"""The pages that are made from the code stay in step with it."""

from functools import cache
from pathlib import Path

import pytest

from pipeline.base.errors import ConfigurationError
from pipeline.catalogue import CATALOGUE, JOINS
from pipeline.docs import data_table
from pipeline.docs import pages as docs

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's folder with a page of the data whose tables are out of date."""
    (tmp_path / "docs").mkdir()
    (tmp_path / docs.DATA).write_text(f"# Data\n\n{docs.BEGIN}\nold\n{docs.END}\n\nTraps.\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@cache
def table() -> list[str]:
    return data_table.markdown().splitlines()


def cells(name: str) -> list[str]:
    rows = [line for line in table() if line.startswith(f"| `{name}` |") and line.count("|") > 6]
    assert len(rows) == 1
    return rows[0].strip("| ").split(" | ")


def test_the_pages_in_the_repository_are_what_the_code_makes(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    stale = [path for path, text in docs.pages().items() if path.read_text() != text]
    assert not stale, "run `python -m pipeline.docs`"


def test_every_series_is_one_row():
    for name in (*CATALOGUE, *(join.name for join in JOINS)):
        assert len(cells(name)) in {6, 8}, name


@pytest.mark.parametrize(
    ("name", "public", "carry", "valid"),
    [
        ("us10y", "next session", "5", "-2 to 25"),
        ("dxy", "same evening", "5", "50 to 200"),
        ("reserves", "the Thursday after, 16:30 New York, or Friday", "12", "100 to 1e+08"),
        ("btc_4h", "each 4h bar once complete", "2", "1 to 1e+08"),
        ("btc_funding_bitmex", "each print", "2", "-0.05 to 0.05"),
        ("btc_oi_all_b", "16 h after its date begins (UTC)", "0", "1e+06 to 1e+13"),
        ("btc_liquidations_long", "24 h after its date begins (UTC)", "-", "0 to 1e+12"),
        ("members", "same evening", "-", "0.0001 to 1e+06"),
        ("earnings", "14 days ahead", "-", "-"),
        ("geopolitics", "once it happened", "-", "-"),
        ("ndx_changes", "not dated", "-", "-"),
    ],
)
def test_a_row_says_when_a_series_is_public(name: str, public: str, carry: str, valid: str):
    assert cells(name)[2:5] == [public, carry, valid]


def test_each_route_says_what_a_first_fetch_asks_and_what_it_is_read_against():
    lines = [line for line in table() if "first |" in line or "while it is behind |" in line]
    assert len(lines) == sum(len(series.routes) for series in CATALOGUE.values())
    assert "| `fed_assets` | first | fred `WALCL` | all since `data.start` | quoted |" in lines
    assert any(
        "gate `BTC_USDT/long_liq_usd` | all since `data.start`; it keeps 179" in x for x in lines
    )
    behind = "| `fed_assets` | while it is behind | h41 `RESPPMA_N.WW` | what the routes before it"
    assert [x for x in lines if x.startswith(behind) and x.endswith("| written |")]


def test_a_row_says_where_the_files_have_it_and_whether_it_is_required():
    assert cells("hy_oas")[5] == "`credit/hy_oas.csv:BAMLH0A0HYM2`"
    assert cells("hy_oas")[7].endswith("**required**")
    assert cells("miners_nav")[5] == "none"
    assert "required" not in cells("vvix")[7]


def test_a_row_says_who_has_it_live_or_why_nobody():
    assert cells("us10y")[6] == "fred `DGS10`, then treasury `nominal/10 Yr`"
    assert cells("miners_nav")[6].startswith("none: no public endpoint")
    assert "none: |" not in data_table.markdown()


def test_a_joined_series_names_its_vendors_in_order():
    vendors = "`btc_oi_all`, `btc_oi_all_b`, `btc_oi_coinm`, `btc_oi_bybit`"
    assert cells("btc_oi_change")[3:5] == ["change", vendors]


def test_only_what_stands_between_the_marks_is_made_anew(elsewhere: Path):
    docs.main()
    page = (elsewhere / docs.DATA).read_text()
    assert page.startswith(f"# Data\n\n{docs.BEGIN}\n")
    assert page.endswith(f"{docs.END}\n\nTraps.\n")
    assert data_table.markdown() in page
    assert f"{docs.BEGIN}\nold" not in page
    assert (elsewhere / docs.FEATURES).read_text().startswith("# Features\n")
    assert docs.pages()[docs.DATA] == page


@pytest.mark.parametrize("lost", [docs.BEGIN, docs.END])
def test_a_page_without_its_marks_is_refused(elsewhere: Path, lost: str):
    path = elsewhere / docs.DATA
    path.write_text(path.read_text().replace(lost, ""))
    with pytest.raises(ConfigurationError, match=lost):
        docs.pages()


def test_a_page_that_is_not_there_is_named(elsewhere: Path):
    (elsewhere / docs.DATA).unlink()
    with pytest.raises(ConfigurationError, match=r"data\.md is not here"):
        docs.main()
