"""A folder of the user's files: every kind of series comes back exactly, or is refused by name."""

import csv
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.base.errors import SchemaError
from pipeline.catalogue import CATALOGUE
from pipeline.series.border import check
from pipeline.series.kinds import Series
from pipeline.sources.files import FilesSource

pytestmark = pytest.mark.slow

fuzzed = settings.get_profile("fuzz")

NOW = pd.Timestamp("2026-01-01", tz="UTC")
KINDS = {
    "value": "us10y", "bar": "btc", "funding": "btc_funding_bitmex", "snapshot": "btc_oi_all",
    "panel": "members", "calendar": "fomc", "table": "members_meta",
}  # fmt: skip
HEADERS = {
    "value": ["date", "x"],
    "bar": ["date", "open", "high", "low", "close", "volume"],
    "funding": ["date", "funding_rate", "interval_hours"],
    "snapshot": ["date", "open_interest_usd"],
    "panel": ["date", "AAPL", "NAN"],
    "calendar": ["date", "type"],
    "table": ["ticker", "sector", "industry", "ndx_ever"],
}
DAYS = st.dates(pd.Timestamp("1990-01-01").date(), pd.Timestamp("2027-01-01").date())
ODD = st.sampled_from(
    ["", ".", "x", "1e400", "-inf", "NaN", "1,5", "0", "-1", "1e15", "2024-01-02"]
)


def file_of(series: Series, folder: Path) -> Path:
    path = folder / series.files.partition(":")[0]
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def ingest(series: Series, folder: Path) -> pd.DataFrame:
    frame = FilesSource(folder).fetch(series)
    if frame is None:
        # An optional file without rows is absent, which never passes for values either.
        raise SchemaError(f"{series.name} has no rows")
    check(frame, series, series.name, NOW)
    return frame


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {"calendar", "table"}])
@fuzzed
@given(data=st.data())
def test_numbers_come_back_exactly_in_the_valid_range_only(
    attempt, tmp_path: Path, kind: str, data
) -> None:
    series, columns = CATALOGUE[KINDS[kind]], HEADERS[kind][1:]
    days = sorted(data.draw(st.lists(DAYS, min_size=1, max_size=4, unique=True)))
    low, high = series.valid
    inside = st.floats(low, min(high, 1e15))
    numbers = inside if data.draw(st.booleans()) else inside | st.floats(allow_nan=False)
    table = [[data.draw(numbers) for _ in columns] for _ in days]
    given_hours = "interval_hours" in columns
    if given_hours:
        table = [[row[0], data.draw(st.sampled_from([1.0, 8.0, 24.0, 0.0, 1e9]))] for row in table]
    write(
        file_of(series, tmp_path),
        [HEADERS[kind], *([str(d), *map(repr, r)] for d, r in zip(days, table, strict=True))],
    )
    found, _sentence = attempt(lambda: ingest(series, tmp_path), SchemaError)
    ranges = [series.valid for _ in columns]
    if kind == "bar":
        ranges[-1] = (0.0, math.inf)
    if given_hours:
        ranges[-1] = (0.25, 24.0)
    true = all(
        least <= value <= most and math.isfinite(value)
        for row in table
        for value, (least, most) in zip(row, ranges, strict=True)
    )
    past = pd.Timestamp(days[-1]) < NOW.tz_localize(None) - pd.Timedelta(days=1)
    if past:
        assert (found is not None) == true
    if found is not None:
        assert true
        values = found.drop(columns=series.clock).to_numpy(dtype=float)
        assert values.tolist() == table
        clock = found[series.clock].dt.tz_localize(None)
        late = pd.Timedelta(days=1 if kind == "snapshot" else 0)
        assert list(clock) == [pd.Timestamp(day) + late for day in days]


@pytest.mark.parametrize("kind", KINDS)
@fuzzed
@given(data=st.data())
def test_a_spoilt_cell_row_or_header_never_passes_for_another_value(
    attempt, tmp_path: Path, kind: str, data
) -> None:
    series, header = CATALOGUE[KINDS[kind]], HEADERS[kind]
    number = st.floats(max(series.valid[0], 1e-3), min(series.valid[1], 1e6)).map(repr)
    cell = st.sampled_from(["True", "false", "A"]) if kind == "table" else number | ODD
    rows = [
        [str(data.draw(DAYS)), *(data.draw(cell) for _ in header[1:])]
        for _ in range(data.draw(st.integers(0, 4)))
    ]
    table = [list(header), *rows]
    for _ in range(data.draw(st.integers(0, 2))):
        row = data.draw(st.sampled_from(table))
        place = data.draw(st.integers(0, len(row)))
        row[place : place + data.draw(st.integers(0, 1))] = data.draw(
            st.lists(st.text(max_size=5) | ODD, max_size=2)
        )
    write(file_of(series, tmp_path), table)
    found, sentence = attempt(lambda: ingest(series, tmp_path), SchemaError)
    if found is None:
        assert series.name in sentence or Path(series.files.partition(":")[0]).name in sentence
        return
    numbers = found.select_dtypes("number").to_numpy(dtype=float).ravel()
    written = {float(cell) for row in table for cell in row if is_number(cell)}
    assert set(numbers[~np.isnan(numbers)]) <= written
    assert not np.isinf(numbers).any()
    if kind not in {"calendar", "table"}:
        assert found[series.clock].is_monotonic_increasing
        assert found[series.clock].is_unique


def is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False


@pytest.mark.parametrize("kind", KINDS)
@fuzzed
@given(tail=st.binary(max_size=60))
def test_any_bytes_are_rows_or_a_refusal(attempt, tmp_path: Path, kind: str, tail) -> None:
    series = CATALOGUE[KINDS[kind]]
    file_of(series, tmp_path).write_bytes(",".join(HEADERS[kind]).encode() + b"\n" + tail)
    found, _sentence = attempt(lambda: ingest(series, tmp_path), SchemaError)
    assert found is None or len(found) > 0


def test_a_folder_in_a_files_place_is_as_good_as_absent(attempt, tmp_path: Path) -> None:
    file_of(CATALOGUE["breakeven10y"], tmp_path).mkdir()
    assert FilesSource(tmp_path).fetch(CATALOGUE["breakeven10y"]) is None
