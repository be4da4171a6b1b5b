"""Wide files: read in linear time, and bounded."""

import time
from pathlib import Path

import pytest

from pipeline.base.errors import SchemaError
from pipeline.storage.csv_file import read_csv_file


@pytest.mark.parametrize("columns", [10_001, 1_000_000])
def test_a_file_that_is_too_wide_is_refused_at_once(tmp_path: Path, columns: int) -> None:
    path = tmp_path / "wide.csv"
    path.write_text(",".join(f"c{number}" for number in range(columns)) + "\n")
    begun = time.process_time()
    with pytest.raises(SchemaError, match=r"wide\.csv has .* columns, more than 10,000"):
        read_csv_file(path)
    assert time.process_time() - begun < 3.0


def test_one_line_without_end_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("x" * 2**23)
    with pytest.raises(SchemaError, match=r"long\.csv is not a CSV file"):
        read_csv_file(path)
