"""What landed is read whole or refused with a remedy that brings it back."""

from pathlib import Path

import pandas as pd
import pytest

from pipeline.base.errors import SchemaError, StorageError
from pipeline.catalogue import CATALOGUE
from pipeline.storage.landing import Landing

NOW = pd.Timestamp("2024-03-01", tz="UTC")


def test_a_flipped_bit_is_refused_and_fetch_brings_the_rows_back(tmp_path: Path) -> None:
    landing = Landing(CATALOGUE["us10y"], folder=tmp_path)
    page = pd.DataFrame({"date": pd.date_range("2024-01-01", periods=40), "value": 4.25})
    landing.add(page, "fred", NOW, tolerance=1e-5)
    path = tmp_path / "us10y/fred.parquet"
    content = bytearray(path.read_bytes())
    content[60] ^= 1
    path.write_bytes(content)
    with pytest.raises(SchemaError, match=r"fred\.parquet cannot be read .*`undertow fetch`$"):
        landing.read()
    path.unlink()
    landing.add(page, "fred", NOW, tolerance=1e-5)
    assert list(landing.read()["value"]) == [4.25] * 40


@pytest.mark.parametrize("symbol", ["..", "../../x", "/x", "a\\b", "", "x\n"])
def test_no_symbol_lands_outside_its_folder(tmp_path: Path, symbol: str) -> None:
    with pytest.raises(StorageError, match="cannot name a file"):
        Landing(CATALOGUE["members"], symbol, folder=tmp_path)
