"""The border: what cannot be true is refused, naming series, date, value and remedy."""

import pandas as pd
import pytest

from pipeline.base.errors import SchemaError
from pipeline.catalogue import CATALOGUE
from pipeline.series.border import check

NOW = pd.Timestamp("2025-07-01", tz="UTC")
US10Y = CATALOGUE["us10y"]


def daily(*rows: tuple[str, float]) -> pd.DataFrame:
    dates, values = zip(*rows, strict=True)
    return pd.DataFrame({"date": pd.to_datetime(list(dates)), "value": list(values)})


def test_true_rows_pass() -> None:
    check(daily(("2024-01-02", 3.9), ("2024-01-03", 4.0)), US10Y, "here", NOW)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ((("2024-01-02", 3.9), ("2024-01-02", 4.0)), r"2024-01-02 repeats .*us10y.*duplicate"),
        ((("2024-01-03", 3.9), ("2024-01-02", 4.0)), r"2024-01-02 comes before .*sort"),
        ((("2024-01-02", 3.9), ("2031-01-02", 4.0)), r"2031-01-02, which is after today"),
        ((("2024-01-02", 3.9), ("2024-01-03", 400.0)), r"400 on 2024-01-03.*basis points.*by 100"),
        (
            (("2024-01-02", 3.9), ("2024-01-03", -4.0)),
            r"-4 on 2024-01-03, outside -2 to 25 percent",
        ),
    ],
)
def test_false_rows_are_refused(rows: tuple[tuple[str, float], ...], sentence: str) -> None:
    with pytest.raises(SchemaError, match=sentence):
        check(daily(*rows), US10Y, "here", NOW)


def test_no_rows_are_refused() -> None:
    empty = pd.DataFrame({"date": pd.to_datetime([]), "value": []})
    with pytest.raises(SchemaError, match="gave no rows for us10y"):
        check(empty, US10Y, "here", NOW)


def test_calendars_may_look_ahead() -> None:
    check(pd.DataFrame({"date": pd.to_datetime(["2031-01-02"])}), CATALOGUE["fomc"], "here", NOW)


def test_a_member_price_outside_its_range_is_named() -> None:
    frame = pd.DataFrame({"date": pd.to_datetime(["2024-01-02"]), "AAPL": [-1.0]})
    with pytest.raises(SchemaError, match="members, column AAPL, is -1 on 2024-01-02"):
        check(frame, CATALOGUE["members"], "here", NOW)
