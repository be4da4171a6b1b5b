"""Cells of an answer: dates and times that nanoseconds cannot hold are refused, never wrapped."""

import pandas as pd
import pytest

from pipeline.base.errors import SchemaError
from pipeline.providers.client.parsing import (
    dates,
    instants,
    iso_instants,
    json_document,
    json_rows,
    numbers,
)


@pytest.mark.parametrize("cell", ["0024-07-10", "2024-02-30", "9999-12-31", "today", ""])
def test_a_cell_that_is_no_date_of_history_is_refused(cell: str) -> None:
    with pytest.raises(SchemaError, match=rf"^fred sent '{cell}' where a date should be$"):
        dates(pd.Series(["2024-07-09", cell]), "fred")


@pytest.mark.parametrize("cell", ["0024-07-10T00:00:00Z", "9999-12-31T00:00:00Z", "noon", "now"])
def test_a_cell_that_is_no_time_of_history_is_refused(cell: str) -> None:
    with pytest.raises(SchemaError, match=rf"^bitmex sent '{cell}' where a time should be$"):
        iso_instants(pd.Series(["2024-07-09T00:00:00Z", cell]), "bitmex")


def test_an_epoch_becomes_the_time_that_it_says() -> None:
    assert instants(pd.Series(["1e12"]), "binance")[0] == pd.Timestamp("2001-09-09T01:46:40Z")


@pytest.mark.parametrize("epoch", ["20000000000", "20000000000000", "-5", "7"])
def test_an_epoch_outside_history_is_refused(epoch: str) -> None:
    with pytest.raises(SchemaError, match="where a time should be"):
        instants(pd.Series([epoch]), "binance")


def test_seconds_milliseconds_and_microseconds_are_told_apart() -> None:
    epochs = pd.Series(["1720569600", "1720569600000", "1720569600000000"])
    assert set(instants(epochs, "binance")) == {pd.Timestamp("2024-07-10T00:00Z")}


@pytest.mark.parametrize("rows", [[["1", "2"], ["3"]], [["1", "2"], {"a": "3"}]])
def test_rows_of_different_shapes_are_refused(rows: list[object]) -> None:
    with pytest.raises(SchemaError, match=r"^bybit sent rows of different lengths"):
        json_rows(rows, "bybit")


def test_a_cell_that_is_no_number_is_refused() -> None:
    assert numbers(pd.Series(["1.5", "."]), "fred").isna().tolist() == [False, True]
    with pytest.raises(SchemaError, match=r"^fred sent '1\.2\.3' where a number should be$"):
        numbers(pd.Series(["1.5", "1.2.3"]), "fred")


@pytest.mark.parametrize("cell", ["1e400", "-inf", "nan", float("inf"), 10**400, "9" * 10**6])
def test_a_number_that_no_float_holds_is_one_short_sentence(cell: object) -> None:
    with pytest.raises(SchemaError, match=r"^fred sent .*number") as caught:
        numbers(pd.Series([1.5, cell], dtype=object), "fred")
    assert len(str(caught.value)) < 100


def test_json_that_is_nested_without_end_is_refused() -> None:
    with pytest.raises(SchemaError, match="no JSON"):
        json_document(b"[" * 200_000, "vendor (x)")
