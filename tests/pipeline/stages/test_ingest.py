"""Ingest: the source alone decides what is stored, whatever was there and whenever it runs."""

import hashlib
import logging
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

from pipeline.base.errors import DataMissingError, SchemaError
from pipeline.catalogue import CATALOGUE
from pipeline.plausibility.remarks import remarks
from pipeline.sources.live import LiveSource
from pipeline.stages import align, ingest
from pipeline.storage import store
from tests.pipeline import own


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own files, in a project that is the working folder."""
    monkeypatch.chdir(tmp_path)
    return own.make(tmp_path)


def digests() -> dict[str, str]:
    """Of every stored file."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(store.RAW.rglob("*"))
        if path.is_file()
    }


def at(monkeypatch: pytest.MonkeyPatch, now: str) -> None:
    """Let it be another time in ingest."""
    instant = pd.Timestamp(now, tz="UTC")
    monkeypatch.setattr(pd.Timestamp, "now", classmethod(lambda _class, _tz=None: instant))


def stored(series: str) -> pd.DataFrame:
    return store.read_parquet(store.RAW / "files" / f"{series}.parquet")


def test_the_same_files_give_the_same_bytes_at_another_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own.write(folder, "crypto/btc_4h.csv", own.bars("2019-12-01", "2020-01-02", "4h"))
    table = own.tables()["rates/us10y.csv"]
    own.write(folder, "volatility/move.csv", table.drop(table.index[200:220]) * 30)
    ingest.main()
    align.main()
    before, panel = digests(), store.PANEL.read_bytes()
    shutil.move(folder, folder.with_name("elsewhere"))
    own.set_data(folder.parent, folder="elsewhere")
    for path in folder.with_name("elsewhere").rglob("*.csv"):
        os.utime(path, (0, 0))
    at(monkeypatch, "2031-05-06 10:00")
    ingest.main()
    align.main()
    assert digests() == before
    assert store.PANEL.read_bytes() == panel


def test_bars_count_up_to_the_decision_time_of_the_last_required_date(folder: Path) -> None:
    own.write(folder, "crypto/btc_4h.csv", own.bars("2019-12-01", "2020-01-02", "4h"))
    ingest.main()
    assert stored("btc_4h")["time"].iloc[-1] == pd.Timestamp("2019-12-31 20:00", tz="UTC")
    assert set(stored("spy")["fetched_at"]) == {pd.Timestamp("2020-01-01 00:30", tz="UTC")}


def test_what_is_gone_from_the_source_is_gone(folder: Path) -> None:
    table = own.tables()["rates/us10y.csv"]
    own.write(folder, "volatility/move.csv", table * 30)
    (store.RAW / "simulated").mkdir(parents=True)
    own_rows = pd.DataFrame({"date": table.index, "value": 1.0})
    store.write_parquet(own_rows, store.RAW / "simulated" / "spy.parquet")
    ingest.main()
    assert len(stored("us10y")) == len(table)
    assert not (store.RAW / "simulated").exists()
    (folder / "volatility/move.csv").unlink()
    own.write(folder, "rates/us10y.csv", table.drop(table.index[100]))
    ingest.main()
    assert not (store.RAW / "files" / "move.parquet").exists()
    assert table.index[100] not in set(stored("us10y")["date"])
    align.main()
    assert store.read_sessions(store.PANEL)["move"].isna().all()


def test_rows_after_the_end_are_not_read(folder: Path, tmp_path: Path) -> None:
    table = own.tables()["rates/us10y.csv"]
    table.loc[pd.Timestamp("2019-12-31")] = 400.0  # no yield, and not looked at
    own.write(folder, "rates/us10y.csv", table)
    own.set_data(tmp_path, end="2019-12-30")
    ingest.main()
    assert stored("us10y")["date"].iloc[-1] == pd.Timestamp("2019-12-30")
    assert stored("us10y")["fetched_at"].iloc[0] == pd.Timestamp("2019-12-31 00:30", tz="UTC")


@pytest.mark.parametrize(
    ("now", "refused"), [("2019-12-31 20:00", True), ("2020-01-01 00:30", False)]
)
def test_a_day_that_still_trades_is_refused_and_never_stored(
    folder: Path, monkeypatch: pytest.MonkeyPatch, now: str, refused: bool
) -> None:
    assert folder.is_dir()
    at(monkeypatch, now)
    if not refused:
        ingest.main()
        return
    with pytest.raises(SchemaError) as caught:
        ingest.main()
    sentence = str(caught.value)
    for part in (".csv", "2019-12-31", "2020-01-01 00:30 UTC", 'data.end: "2019-12-30"'):
        assert part in sentence
    assert not digests()


def test_all_that_is_absent_is_told_at_once(folder: Path) -> None:
    (folder / "rates/us2y.csv").unlink()
    (folder / "dollar/dxy.csv").unlink()
    with pytest.raises(DataMissingError) as caught:
        ingest.main()
    required, _semicolon, optional = str(caught.value).partition("optional")
    assert "rates/us2y.csv (date and one value)" in required
    assert "dollar/dxy.csv (date, close)" in required
    assert "volatility/move.csv" not in required
    assert "volatility/move.csv" in optional


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("equities/etf_adjclose.csv", None),
        ("volatility/move.csv", "date,value\n"),
        ("crypto/btc_daily_long.csv", "date,open,high,low,close,volume\n"),
        ("events/geopolitics.csv", "date,type\n"),
        ("equities/tech_panel_adjclose.csv", "date,AAPL\n"),
    ],
)
def test_only_the_required_must_be_there(
    folder: Path, path: str, text: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    if text is None:
        table = own.tables()[path].assign(SMH=float("nan"))
        own.write(folder, path, table)
    else:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    with caplog.at_level(logging.INFO):
        ingest.main()
    told = caplog.text.partition("missing from here on: ")[2]
    assert {"iwm", "smh", "btc", "move", "members"} <= set(told.split("\n")[0].split(", "))


@pytest.mark.parametrize("how", ["absent", "empty"])
def test_a_required_column_must_be_there(folder: Path, how: str) -> None:
    table = own.tables()["equities/etf_adjclose.csv"]
    table = table.drop(columns="SPY") if how == "absent" else table.assign(SPY=float("nan"))
    own.write(folder, "equities/etf_adjclose.csv", table)
    with pytest.raises((DataMissingError, SchemaError), match=r"etf_adjclose\.csv.*(SPY|spy)"):
        ingest.main()


def test_a_file_that_nothing_reads_is_named_with_what_it_may_be_meant_as(folder: Path) -> None:
    own.write(folder, "volatility/moves.csv", own.tables()["rates/us10y.csv"])
    own.write(folder, "exports/old.csv", own.tables()["rates/us10y.csv"])
    # Near to es_4h.csv by the ending that both share, and another thing.
    own.write(folder, "crypto/eth_4h.csv", own.tables()["rates/us10y.csv"])
    own.write(
        folder,
        "equities/etf_adjclose.csv",
        own.tables()["equities/etf_adjclose.csv"].assign(iwm=9.0, mine=1.0),
    )
    (folder / "README.csv").write_text("not data\n")
    (folder / "notes.txt").write_text("not data\n")
    ingest.main()
    found = {remark.about: remark.text for remark in remarks()}
    assert found == {
        "crypto/eth_4h.csv": "read by nothing",
        "exports/old.csv": "read by nothing",
        "equities/etf_adjclose.csv": "column iwm read by nothing; did you mean IWM?",
        "volatility/moves.csv": "read by nothing; did you mean volatility/move.csv?",
    }


def test_a_part_export_is_told_and_stands(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    own.write(folder, "volatility/move.csv", own.tables()["rates/us10y.csv"] * 30)
    ingest.main()
    own.write(folder, "volatility/move.csv", own.tables()["rates/us10y.csv"].tail(22) * 30)
    caplog.clear()
    ingest.main()
    assert "move held 503 rows at the last run and now 22 (2019-11-29 to 2019-12-31)" in caplog.text
    assert len(stored("move")) == 22


def test_a_required_series_that_begins_too_late_leaves_what_is_stored(folder: Path) -> None:
    ingest.main()
    before = digests()
    path = "equities/etf_adjclose.csv"
    own.write(folder, path, own.tables()[path].tail(22))
    with pytest.raises(DataMissingError, match=r"spy begins on 2019-11-29.*first_test"):
        ingest.main()
    assert digests() == before


def test_blanks_around_names_do_not_count(folder: Path) -> None:
    path = folder / "equities/etf_adjclose.csv"
    path.write_text(path.read_text().replace("date,SPY,QQQ", "date , SPY,QQQ ", 1))
    ingest.main()
    assert len(stored("spy")) == len(stored("qqq")) == 503


def test_own_rows_that_complete_live_do_not_follow_the_disk(folder: Path, tmp_path: Path) -> None:
    own.write(folder, "crypto/btc_4h.csv", own.bars("2019-12-01", "2019-12-31", "4h"))
    times = []
    for stamp in (0, 10**9):
        os.utime(folder / "crypto/btc_4h.csv", (stamp, stamp))
        rows = LiveSource(folder, landed=tmp_path / "live").fetch(CATALOGUE["btc_4h"])
        assert rows is not None
        times.append(set(rows["fetched_at"]))
    assert times[0] == times[1] == {pd.Timestamp("2020-01-01 00:30", tz="UTC")}
