"""The folder of CSV files: right values, or one sentence with what, where, found and remedy."""

import gzip
from pathlib import Path

import pandas as pd
import pytest

from pipeline.base.errors import DataMissingError, SchemaError, StorageError
from pipeline.catalogue import CATALOGUE
from pipeline.sources.files import FilesSource

US10Y = CATALOGUE["us10y"]


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def fetch(folder: Path, series: str) -> pd.DataFrame:
    frame = FilesSource(folder).fetch(CATALOGUE[series])
    assert frame is not None
    return frame


def test_reads_one_value_column_whatever_its_name(tmp_path: Path) -> None:
    write(
        tmp_path, "rates/us10y.csv", "date,DGS10\n2024-01-02,3.95\n2024-01-03,.\n2024-01-04,3.99\n"
    )
    frame = fetch(tmp_path, "us10y")
    assert list(frame["value"]) == [3.95, 3.99]
    assert list(frame["date"]) == [pd.Timestamp("2024-01-02"), pd.Timestamp("2024-01-04")]


def test_a_snapshot_given_by_date_is_stamped_when_it_was_taken(tmp_path: Path) -> None:
    write(tmp_path, "crypto/btc_oi_all_2025.csv", "date,open_interest_usd\n2025-02-14,6e10\n")
    write(tmp_path, "crypto/btc_oi_all_2019_2024.csv", "date,open_interest_usd\n2024-02-14,2e10\n")
    assert fetch(tmp_path, "btc_oi_all_b")["time"][0] == pd.Timestamp("2025-02-14T16:00Z")
    assert fetch(tmp_path, "btc_oi_all")["time"][0] == pd.Timestamp("2024-02-15T00:00Z")


def test_funding_keeps_its_own_interval(tmp_path: Path) -> None:
    write(
        tmp_path,
        "crypto/btc_funding_bitmex.csv",
        "date,funding_rate,interval_hours\n2016-05-14T12:00:00Z,0.0007,24.0\n",
    )
    write(
        tmp_path,
        "crypto/btc_funding_binance.csv",
        "date,funding_rate\n2019-09-10T08:00:00Z,0.0001\n",
    )
    assert fetch(tmp_path, "btc_funding_bitmex")["interval_hours"][0] == 24.0
    assert fetch(tmp_path, "btc_funding_binance")["interval_hours"][0] == 8.0


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "is empty"),
        ("date,value\n", "holds no rows of us10y, which is required"),
        ("day,value\n2024-01-02,4\n", "has no column 'date'"),
        (
            "date,value\n2024-01-02,4\n2024-01-03,n.a.x\n",
            "line 3, column value: 'n.a.x' is not a number",
        ),
        ("date,value\n02/01/2024,4\n", "line 2, column date: '02/01/2024' is not a date"),
        ("date,low,high\n2024-01-02,4,5\n", "should have the columns date and one value"),
        ("date;value\n2024-01-02;4,06\n", "line 1: cells are separated by semicolons"),
        ("date\tvalue\n2024-01-02\t4.06\n", "line 1: cells are separated by tabs"),
        ("<html><body>\nsorry, no data, try\n</body></html>", "is not a CSV file"),
    ],
)
def test_a_bad_file_is_refused_by_name(tmp_path: Path, text: str, what: str) -> None:
    write(tmp_path, "rates/us10y.csv", text)
    with pytest.raises(SchemaError, match=r"us10y\.csv") as caught:
        FilesSource(tmp_path).fetch(US10Y)
    assert what in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (gzip.compress(b"date,value\n2024-01-02,4\n", mtime=0), "packed by gzip"),
        (b"PK\x03\x04\xff\xfe", "an Excel workbook or a zip"),
        ("date,Zinss\u00e4tze\n2024-01-02,4\n".encode("latin-1"), "not UTF-8 text"),
    ],
)
def test_what_is_no_text_is_told_for_what_it_is(tmp_path: Path, content: bytes, what: str) -> None:
    write(tmp_path, "rates/us10y.csv", "")
    (tmp_path / "rates" / "us10y.csv").write_bytes(content)
    with pytest.raises(SchemaError, match=rf"us10y\.csv is {what}; export it again"):
        FilesSource(tmp_path).fetch(US10Y)


def test_a_file_that_may_not_be_read_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "rates/us10y.csv", "date,value\n2024-01-02,4\n")

    def refuse(*_arguments: object, **_options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(StorageError, match=r"us10y\.csv may not be read; give"):
        FilesSource(tmp_path).fetch(US10Y)


def yields(values: list[float]) -> str:
    days = pd.bdate_range("2011-01-03", periods=len(values))
    return "date,value\n" + "".join(
        f"{day:%Y-%m-%d},{value}\n" for day, value in zip(days, values, strict=True)
    )


def test_yields_as_a_fraction_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "rates/us10y.csv", yields([0.0406, 0.0403] * 150))
    with pytest.raises(SchemaError, match=r"us10y is never beyond 0\.0406.*multiply .* by 100"):
        FilesSource(tmp_path).fetch(US10Y)


def test_short_rates_of_years_near_zero_are_percent(tmp_path: Path) -> None:
    write(tmp_path, "rates/us3m.csv", yields([0.02, 0.11, 0.07] * 100))
    assert fetch(tmp_path, "us3m")["value"].max() == 0.11


def test_a_missing_file_stops_a_required_series_only(tmp_path: Path) -> None:
    source = FilesSource(tmp_path)
    with pytest.raises(DataMissingError, match=r"lacks what every run needs; bring.*us10y\.csv"):
        source.fetch(US10Y)
    assert source.fetch(CATALOGUE["breakeven10y"]) is None
    assert source.fetch(CATALOGUE["fear_greed"]) is None


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataMissingError, match=r"data\.folder.*nowhere"):
        FilesSource(tmp_path / "nowhere")


def test_every_real_file_of_the_catalogue_is_read(market_folder: Path) -> None:
    source = FilesSource(market_folder)
    absent = {name for name, series in CATALOGUE.items() if source.fetch(series) is None}
    assert absent == {
        "btc_liquidations_long",
        "btc_liquidations_short",
        "long_short_ratio",
        "stablecoin_supply",
        "fear_greed",
        "miners_nav",
        "capex_guidance",
        "geopolitics",
        "gold_buying",
        "btc_oi_bybit",
        "eth_oi_bybit",
        "es_4h",
        "es_1h",
    }
