"""The strict CSV reader against Python's own: the same cells, the same numbers, or a refusal."""

import csv
import datetime
import io
import math
import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.base.errors import SchemaError
from pipeline.storage.csv_file import MISSING, read_csv_file

pytestmark = pytest.mark.slow

fuzzed = settings.get_profile("fuzz")

CELLS = st.text(st.sampled_from("ab10.,;\"' \t\0é\N{ARABIC-INDIC DIGIT THREE}"), max_size=4)
ENDS = st.sampled_from(["\n", "\r\n", "\n\n", "\r"])
NUMBERS = st.one_of(
    st.floats().map(repr),
    st.floats().map(lambda value: f" {value:.17e} "),
    st.integers().map(str),
    st.sampled_from(
        ["1,234", "1e400", "-1e999", "0x10", "1_000", " 5 ", "Infinity", "inf", "nan", "True", ".",
         "", "٣", "1e-400", "+5", "5.", ".5", "--5", "1 000", "5%", "$5", "1.5.2", "0b1", "1e",
         "−5", "5\0", "NA", "null", "None", "1d5", "00012", "\N{NO-BREAK SPACE}5", "1/2", "=1+1"]
    ),
    st.text(max_size=6),
)  # fmt: skip
DATES = st.one_of(
    st.dates().map(str),
    st.dates().map(lambda day: day.strftime("%d/%m/%Y")),
    st.sampled_from(
        ["2024-02-30", "0001-01-01", "9999-12-31", "2019-13-45", "today", "now", "20240102", "2024",
         "2024-1-2", "2024-01-02T00:00", "", "NaT", "1e9", " 2024-01-02 ", "٢٠٢٤-01-02",
         "2024-W01-1"]
    ),
    st.text(max_size=12),
)  # fmt: skip
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def rows_of(text: str) -> list[list[str]] | None:
    """What Python's strict reader finds; None when it refuses."""
    try:
        return [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except csv.Error:
        return None


def column(path: Path, cells: list[str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["date", "value"], *([cell, cell] for cell in cells)])
    return path


@fuzzed
@example(rows=[(['"'], "\n"), (['"'], "\n")])
@given(st.lists(st.tuples(st.lists(CELLS, min_size=1, max_size=4), ENDS), min_size=1, max_size=5))
def test_cells_are_those_that_python_reads(attempt, tmp_path: Path, rows) -> None:
    text = "".join(",".join(cells) + end for cells, end in rows)
    path = tmp_path / "any.csv"
    path.write_bytes(text.encode())
    found, _sentence = attempt(lambda: read_csv_file(path), SchemaError)
    if found is not None:
        header, *expected = rows_of(text)
        assert list(found.cells.columns) == [name.strip() for name in header]
        assert found.cells.to_numpy().tolist() == expected


@fuzzed
@given(st.lists(st.lists(st.text("ab1.", min_size=1), min_size=2, max_size=3), min_size=2))
def test_a_table_is_accepted_when_and_only_when_its_rows_are_whole(
    attempt, tmp_path: Path, rows
) -> None:
    path = tmp_path / "any.csv"
    path.write_text("\n".join(map(",".join, rows)), encoding="utf-8")
    found, sentence = attempt(lambda: read_csv_file(path), SchemaError)
    whole = len({len(row) for row in rows}) == 1 and len(set(rows[0])) == len(rows[0])
    assert (found is not None) == whole, sentence


@fuzzed
@given(
    st.binary(max_size=80), st.sampled_from([b"", b"date,value\n", b"\xef\xbb\xbfdate,value\r\n"])
)
@example(b"\x1f\x8b\x08\x00" + b"\0" * 20, b"")
def test_any_bytes_are_cells_or_a_refusal(attempt, tmp_path: Path, tail, start) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(start + tail)
    found, _sentence = attempt(lambda: read_csv_file(path), SchemaError)
    if found is not None:
        assert found.cells.to_numpy().tolist() == rows_of((start + tail).decode("utf-8-sig"))[1:]


@fuzzed
@given(st.lists(NUMBERS, min_size=1, max_size=4))
def test_a_number_is_the_one_written_or_refused(attempt, tmp_path: Path, cells) -> None:
    path = column(tmp_path / "any.csv", cells)
    found, _ = attempt(lambda: read_csv_file(path).numbers("value"), SchemaError)
    bare = [cell.strip() for cell in cells]
    fine = all(c in MISSING or (NUMBER.fullmatch(c) and math.isfinite(float(c))) for c in bare)
    if found is None:
        assert not fine or any(cell == "" or "\0" in cell for cell in cells)
    else:
        assert fine
        expected = [math.nan if cell in MISSING else float(cell) for cell in bare]
        assert [repr(value) for value in found] == [repr(value) for value in expected]


@fuzzed
@given(st.lists(DATES, min_size=1, max_size=3))
def test_a_date_is_the_one_written_or_refused(attempt, tmp_path: Path, cells) -> None:
    path = column(tmp_path / "any.csv", cells)
    found, _ = attempt(lambda: read_csv_file(path).dates("date"), SchemaError)
    if found is not None:
        expected = [datetime.date.fromisoformat(cell.strip()) for cell in cells]
        assert list(found.dt.date) == expected
        assert all(1700 <= day.year < 2200 for day in expected)


@fuzzed
@given(
    st.datetimes(
        min_value=datetime.datetime(1700, 1, 2),
        max_value=datetime.datetime(2199, 12, 30),
    ),
    st.sampled_from(["", "Z", "+00:00", "-0500", "+05:30", "+99:99", "EST", "+5"]),
    st.sampled_from([" ", "T", "t", "  "]),
)
def test_an_instant_is_the_one_written_in_utc_or_refused(
    attempt, tmp_path: Path, moment, zone, between
) -> None:
    text = f"{moment:%Y-%m-%d}{between}{moment:%H:%M:%S.%f}{zone}"
    path = column(tmp_path / "any.csv", [text])
    found, _ = attempt(lambda: read_csv_file(path).instants("date"), SchemaError)
    known = zone in {"", "Z", "+00:00", "-0500", "+05:30"} and between in {" ", "T"}
    assert (found is not None) == known
    if found is not None:
        offset = {"-0500": -300, "+05:30": 330}.get(zone, 0)
        expected = pd.Timestamp(moment, tz="UTC") - pd.Timedelta(minutes=offset)
        assert found.iloc[0] == expected


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("date,value,value\n2024-01-02,1,2\n", "more than one column 'value'"),
        ("date;value\n2024-01-02;4\n", "line 1: cells are separated by semicolons"),
        ("date,value\n2024-01-02,1,234\n", "Expected 2 columns, got 3"),
        ("date,value\n2024-01-02\n", "Expected 2 columns, got 1"),
        ('date,value\n2024-01-02,"1"2\n', "is not a CSV file"),
        ('date,value\n2024-01-02,"12\n', "is not a CSV file"),
        ("date,value\n\n\n2024-01-02,x\n", "line 4, column value: 'x'"),
        ("date,value\n2024-01-02," + "9" * 5_000_000, "is not a CSV file"),
        ("date,value\n2024-01-02," + "9" * 200_000, "line 2, column value: '9999"),
    ],
)
def test_a_known_trap_is_told(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "any.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SchemaError, match=r"any\.csv") as caught:
        read_csv_file(path).numbers("value")
    assert what in str(caught.value)
