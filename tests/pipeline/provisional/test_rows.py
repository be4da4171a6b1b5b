"""What was known of crypto at a moment: nothing later, bars whole, unfinished days completed."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.base.errors import SchemaError
from pipeline.catalogue import CATALOGUE
from pipeline.provisional.rows import read_rows, rows_at
from pipeline.series.kinds import Series
from pipeline.sources.files import FilesSource
from tests.pipeline.own import bars, write

SUNDAY = pd.Timestamp("2025-02-02 23:00", tz="UTC")
TIMED = [each for each in CATALOGUE.values() if each.round_the_clock and each.files]


def test_what_comes_later_in_the_files_changes_no_row(market_folder: Path, tmp_path: Path) -> None:
    for series in TIMED:
        name = str(series.files).partition(":")[0]
        if (market_folder / name).is_file():
            head, *lines = (market_folder / name).read_text().splitlines()
            for kind, rows in (("cut", known(lines, series)), ("wild", wild(lines, series))):
                (tmp_path / kind / name).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / kind / name).write_text("\n".join([head, *rows]) + "\n")
    whole, *others = (
        rows_at(read_rows(FilesSource(folder)), SUNDAY, "files")
        for folder in (market_folder, tmp_path / "cut", tmp_path / "wild")
    )
    assert set(whole) >= {"btc", "btc_1h", "btc_funding_binance"}
    for other in others:
        assert set(other) == set(whole)
        for name, rows in whole.items():
            pd.testing.assert_frame_equal(other[name], rows)


def known(lines: list[str], series: Series) -> list[str]:
    """Lines of a file that were known at the moment."""
    stamps = pd.to_datetime(pd.Series(lines).str.partition(",")[0], utc=True)
    hours = {"bar": pd.Timedelta(series.interval), "funding": pd.Timedelta(0)}
    from_then = stamps + hours.get(series.kind, pd.Timedelta(hours=series.stamp_hours))
    return [line for line, there in zip(lines, from_then <= SUNDAY, strict=True) if there]


def wild(lines: list[str], series: Series) -> list[str]:
    """Later numbers that no check would let pass."""
    before = known(lines, series)
    later = [line.split(",") for line in lines[len(before) :]]
    return before + [",".join([stamp, *("-98765" for _ in cells)]) for stamp, *cells in later]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Bitcoin by the day until Saturday's close, by the hour and by four hours until Monday."""
    daily = bars("2025-01-20", "2025-02-01", "1D")
    daily.index = pd.Index([each[:10] for each in daily.index])
    write(tmp_path, "crypto/btc_daily_long.csv", daily)
    write(tmp_path, "crypto/btc_1h.csv", 2 * bars("2025-01-30", "2025-02-03 12:00", "1h"))
    write(tmp_path, "crypto/btc_4h.csv", 3 * bars("2025-01-30", "2025-02-03 12:00", "4h"))
    return tmp_path


def test_an_unfinished_day_moves_as_the_finest_bars_that_ended(folder: Path) -> None:
    whole = read_rows(FilesSource(folder))
    known = rows_at(whole, SUNDAY, "files")
    hours = known["btc_1h"]
    assert hours["time"].iloc[-1] == SUNDAY - pd.Timedelta("1h")
    day, close = known["btc"].iloc[-1], whole["btc"]["close"].iloc[-1]
    today = hours[hours["time"] >= SUNDAY.normalize()]
    anchor = hours["close"].iloc[-1 - len(today)]
    assert day["time"] == SUNDAY - pd.Timedelta("1D")
    assert day["open"] == close
    assert day["close"] / close == pytest.approx(hours["close"].iloc[-1] / anchor)
    assert day["high"] / close == pytest.approx(today["high"].max() / anchor)
    assert day["low"] / close == pytest.approx(today["low"].min() / anchor)
    assert np.isnan(day["volume"])


def test_coarser_bars_stand_in_for_finer_ones_that_are_not_there(folder: Path) -> None:
    (folder / "crypto/btc_1h.csv").unlink()
    known = rows_at(read_rows(FilesSource(folder)), SUNDAY, "files")
    assert known["btc"]["time"].iloc[-1] == pd.Timestamp("2025-02-01 20:00", tz="UTC")


@pytest.mark.parametrize("lost", ["the shorter bars", "the daily bars of days ago"])
def test_nothing_stands_for_a_day_that_cannot_be_told(folder: Path, lost: str) -> None:
    if lost == "the shorter bars":
        for name in ("btc_1h", "btc_4h"):
            (folder / f"crypto/{name}.csv").unlink()
    whole = read_rows(FilesSource(folder))
    if lost == "the daily bars of days ago":
        whole["btc"] = whole["btc"].iloc[:-2]
    known = rows_at(whole, SUNDAY, "files")
    pd.testing.assert_frame_equal(known["btc"], whole["btc"])


def test_a_bar_that_was_fetched_while_it_traded_is_not_known(folder: Path) -> None:
    whole = read_rows(FilesSource(folder))
    whole["btc_1h"]["fetched_at"] = SUNDAY - pd.Timedelta("20min")
    known = rows_at(whole, SUNDAY, "live")
    assert known["btc_1h"]["time"].iloc[-1] == SUNDAY - pd.Timedelta("2h")


def test_a_row_that_cannot_be_true_is_refused_by_name(folder: Path) -> None:
    whole = read_rows(FilesSource(folder))
    whole["btc_1h"].loc[50, "close"] = -1.0
    with pytest.raises(SchemaError, match="files btc_1h: btc_1h, column close, is -1"):
        rows_at(whole, SUNDAY, "files")
