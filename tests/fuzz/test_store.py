"""What stages leave, damaged: read back exactly, or refused with the file's name."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.base.errors import DataMissingError, SchemaError
from pipeline.storage import store

pytestmark = pytest.mark.slow

fuzzed = settings.get_profile("fuzz")

SESSIONS = pd.date_range("2024-01-02", periods=40, name="session")
FRAME = pd.DataFrame({"x": np.linspace(0, 1, 40), "word": ["calm"] * 40}, SESSIONS)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)  # fmt: skip


@fuzzed
@given(data=st.data())
def test_a_damaged_frame_is_refused_or_has_its_shape(attempt, tmp_path: Path, data) -> None:
    path = tmp_path / "panel.parquet"
    store.write_parquet(FRAME, path)
    content = bytearray(path.read_bytes())
    if data.draw(st.booleans()):
        content = content[: data.draw(st.integers(0, len(content)))]
    for _ in range(data.draw(st.integers(0, 3))):
        if content:
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    found, sentence = attempt(lambda: store.read_sessions(path), SchemaError)
    if found is None:
        assert "panel.parquet" in sentence
    else:
        assert found.index.is_monotonic_increasing
    attempt(lambda: store.columns_of(path), SchemaError)


@fuzzed
@given(data=st.data())
def test_a_flipped_bit_in_a_page_never_passes_unseen(attempt, tmp_path: Path, data) -> None:
    path = tmp_path / "panel.parquet"
    store.write_parquet(FRAME, path)
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, footer(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(content)
    found, sentence = attempt(lambda: store.read_sessions(path), SchemaError)
    if sentence is None:
        assert found.equals(FRAME)
    else:
        assert re.search(
            r"panel\.parquet cannot be read \(.+\); delete it and run `dvc repro`", sentence
        )


def footer(content: bytes) -> int:
    """Where a Parquet file's pages end and what describes them begins."""
    return len(content) - 8 - int.from_bytes(content[-8:-4], "little")


@fuzzed
@given(JSON)
def test_a_document_comes_back_as_it_was(tmp_path: Path, document) -> None:
    path = tmp_path / "run.json"
    store.write_json(document, path)
    assert store.read_json(path) == document


@fuzzed
@given(
    st.text(max_size=12)
    | st.sampled_from(["NaN", "[Infinity]", "-Infinity", "[1e999]", "[" * 9999])
)
def test_any_text_is_json_or_a_refusal(attempt, tmp_path: Path, text) -> None:
    path = tmp_path / "run.json"
    path.write_text(text, encoding="utf-8", newline="")
    found, sentence = attempt(lambda: store.read_json(path), SchemaError)
    if sentence is None:
        json.dumps(found, allow_nan=False)
    else:
        assert "run.json" in sentence


@fuzzed
@given(st.binary(max_size=30))
def test_any_bytes_are_json_or_a_refusal(attempt, tmp_path: Path, content) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(content)
    attempt(lambda: store.read_json(path), SchemaError)
    attempt(lambda: store.read_parquet(path), SchemaError)


@pytest.mark.parametrize(
    ("frame", "sentence"),
    [
        (FRAME.reset_index(drop=True), "no column of sessions"),
        (FRAME.reset_index().astype({"session": "str"}), "no column of sessions"),
        (FRAME.iloc[::-1], "out of order"),
        (pd.concat([FRAME.tail(1), FRAME.tail(1)]), "out of order"),
    ],
)
def test_sessions_are_dates_in_their_order(tmp_path: Path, frame, sentence: str) -> None:
    path = tmp_path / "panel.parquet"
    store.write_parquet(frame, path)
    with pytest.raises(SchemaError, match=rf"panel\.parquet has .*{sentence}"):
        store.read_sessions(path)


def test_a_frame_from_before_pages_had_checksums_is_read(tmp_path: Path) -> None:
    path = tmp_path / "panel.parquet"
    FRAME.reset_index().to_parquet(path, index=False)
    pd.testing.assert_frame_equal(store.read_sessions(path), FRAME, check_freq=False)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    for read in (store.read_json, store.read_parquet, store.columns_of):
        with pytest.raises(SchemaError, match="it is a folder"):
            read(tmp_path)
        with pytest.raises(DataMissingError, match="is not there"):
            read(tmp_path / "nowhere")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_json_has_not_is_told_with_its_place(tmp_path: Path, value: float) -> None:
    path = tmp_path / "metrics.json"
    with pytest.raises(SchemaError, match=r"metrics\.json cannot be written: ahead\.auc\.1 is no"):
        store.write_json({"now": 1.0, "ahead": {"auc": [0.5, value]}}, path)
    assert not path.exists()
