"""What cannot be true is refused with its remedy; what is unlikely is told; true history passes."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline import params
from pipeline.base.errors import DataMissingError, SchemaError
from pipeline.catalogue import CATALOGUE
from pipeline.plausibility import inspect, tickers
from pipeline.plausibility.scope import Scope, scope_of
from pipeline.series.border import check
from pipeline.series.calendar import sessions
from pipeline.settings.simulated import SimulatedSettings
from pipeline.simulation.market import Market
from pipeline.sources.files import FilesSource

DAYS = sessions("2015-01-02", "2019-12-31")
SCOPE = Scope(DAYS, pd.Timestamp("2016-01-04"), pd.Timestamp("2018-01-02"))
NOW = pd.Timestamp("2020-06-01", tz="UTC")
Change = Callable[[pd.DataFrame], pd.DataFrame]


def daily(level: float = 100.0, days: pd.DatetimeIndex = DAYS) -> pd.DataFrame:
    walk = np.random.default_rng(3).normal(0.0, 0.005, len(days)).cumsum()
    return pd.DataFrame({"date": days, "value": level * np.exp(walk)})


def told(frame: pd.DataFrame, name: str, scope: Scope = SCOPE) -> list[str]:
    return [str(remark) for remark in inspect(frame, CATALOGUE[name], "here", scope)]


def moved(frame: pd.DataFrame, days: int, since: str = "2015-01-01") -> pd.DataFrame:
    late = frame["date"] >= since
    return frame.assign(date=frame["date"].where(~late, frame["date"] + pd.Timedelta(days=days)))


def scaled(frame: pd.DataFrame, first: str, factor: float, last: str = "2030") -> pd.DataFrame:
    hit = frame["date"].between(first, last)
    return frame.assign(value=frame["value"].where(~hit, frame["value"] * factor))


def test_ordinary_rows_bring_no_remark() -> None:
    for name, level in (("spy", 270.0), ("us10y", 2.5), ("vix", 15.0), ("hy_oas", 4.0)):
        assert told(daily(level), name) == []


@pytest.mark.parametrize("since", ["2015-01-01", "2019-11-04"])
@pytest.mark.parametrize(("days", "words"), [(-1, "a day early; add"), (1, "a day late; add -1")])
def test_dates_a_day_off_are_refused(since: str, days: int, words: str) -> None:
    for name in ("spy", "vix", "iwm", "us10y", "hy_oas", "gold", "dxy"):
        level = 2.5 if name in {"us10y", "hy_oas"} else 100.0
        frame = moved(daily(level), days, since).drop_duplicates("date")
        with pytest.raises(SchemaError, match=words):
            told(frame, name)


@pytest.mark.parametrize(("shift", "words"), [(-1, "early by"), (1, "late by"), (-5, "early by")])
def test_dates_a_session_off_are_refused(shift: int, words: str) -> None:
    frame = daily()
    frame = frame.assign(date=frame["date"] + pd.offsets.BDay(shift)).drop_duplicates("date")
    with pytest.raises(SchemaError, match=words):
        told(frame, "spy")


def test_a_single_row_on_a_closed_day_is_told() -> None:
    frame = daily()
    sunday = pd.DataFrame({"date": [pd.Timestamp("2019-06-02")], "value": [frame["value"][1110]]})
    [remark] = told(pd.concat([frame, sunday]).sort_values("date", ignore_index=True), "spy")
    assert "1 row on days when its market is closed, the last on 2019-06-02" in remark


def test_month_ends_of_credit_spreads_may_fall_on_weekends() -> None:
    ends = pd.date_range("2015-01-31", "2019-12-31", freq="ME").difference(DAYS)
    frame = daily(4.0, DAYS.union(ends))
    assert told(frame, "hy_oas") == []
    assert told(frame, "spy") != []


def hole(frame: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    return frame[~frame["date"].between(first, last)].reset_index(drop=True)


def test_a_hole_in_a_required_series_is_refused_with_its_days() -> None:
    frame = hole(daily(), "2019-10-07", "2019-10-17")
    with pytest.raises(DataMissingError, match="9 sessions in a row, 2019-10-07 to 2019-10-17"):
        told(frame, "spy")
    assert "9 sessions in a row, 2019-10-07 to 2019-10-17" in told(frame, "iwm")[0]


@pytest.mark.parametrize("every", [5, 3, 2])
def test_rows_of_some_weekdays_alone_are_refused(every: int) -> None:
    frame = daily().iloc[::every].reset_index(drop=True)
    with pytest.raises(DataMissingError, match="of the 63 sessions up to"):
        told(frame, "spy")


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [("2015-03-02", "2015-03-31", "missing there"), ("2019-10-07", "2019-10-09", "stands in")],
)
def test_a_hole_that_harms_less_is_told(first: str, last: str, words: str) -> None:
    assert words in told(hole(daily(), first, last), "spy")[0]


def test_a_required_series_must_begin_before_the_forecasts() -> None:
    frame = daily()
    with pytest.raises(DataMissingError, match=r"begins on 2019-11-29.*first_test"):
        told(frame.tail(22).reset_index(drop=True), "spy")
    late = frame[frame["date"] >= "2016-06-01"].reset_index(drop=True)
    assert "begins on 2016-06-01, after features.start" in told(late, "spy")[0]
    replaced = Scope(DAYS, SCOPE.trained_from, SCOPE.tested_from, frozenset({"spy"}))
    assert told(late, "spy", replaced) == []


@pytest.mark.parametrize(
    ("factor", "words"), [(0.5, "2:1 split"), (2 / 3, "3:2 split"), (10.0, "1:10 split")]
)
@pytest.mark.parametrize("first", ["2017-05-01", "2019-12-31"])
def test_a_split_in_adjusted_prices(factor: float, words: str, first: str) -> None:
    frame = scaled(daily(), first, factor)
    with pytest.raises(SchemaError, match=f"to .* on {first}.*{words}.*whole history"):
        told(frame, "qqq")
    assert f"on {first}" in told(frame, "iwm")[0]
    assert words in told(frame, "iwm")[0]


@pytest.mark.parametrize("factor", [10.0, 0.1, 100.0])
def test_a_slip_of_the_decimal_point_is_refused(factor: float) -> None:
    frame = scaled(daily(4.0), "2019-06-03", factor, "2019-06-03")
    for name in ("iwm", "gold", "dxy", "vix", "us10y", "us2y"):
        with pytest.raises(
            SchemaError, match=r"on 2019-06-03, and back at once.*correct the value"
        ):
            told(frame, name)


@pytest.mark.parametrize(("name", "factor"), [("us10y", 10.0), ("us10y", 0.1), ("dxy", 10.0)])
def test_a_slip_in_the_last_row_of_a_required_series_is_refused(name: str, factor: float) -> None:
    with pytest.raises(SchemaError, match="2019-12-31"):
        told(scaled(daily(4.0), "2019-12-31", factor), name)


def test_a_price_of_zero_is_refused() -> None:
    frame = scaled(daily(), "2019-12-31", 0.0)
    with pytest.raises(SchemaError, match=r"0 on 2019-12-31.*leave the cell empty"):
        check(frame, CATALOGUE["qqq"], "here", NOW)


def members(**columns: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"date": DAYS, **columns})


def test_a_member_that_splits_is_told_by_name() -> None:
    prices = daily()["value"].to_numpy()
    split = np.where(DAYS >= "2019-03-01", prices / 4, prices)
    assert "column XYZ) goes from" in told(members(ABC=prices, XYZ=split), "members")[0]
    assert told(members(ABC=prices), "members") == []


def bars(interval: str = "4h", first: str = "2019-10-01") -> pd.DataFrame:
    times = pd.date_range(first, "2019-12-31", freq=interval, tz="UTC")
    close = 7000.0 + np.arange(len(times))
    return pd.DataFrame(
        {"time": times, "open": close, "high": close + 1, "low": close - 1, "close": close}
    )


@pytest.mark.parametrize("interval", ["1h", "1D", "2h", "30min"])
def test_bars_of_another_interval_are_refused(interval: str) -> None:
    with pytest.raises(SchemaError, match=r"apart near .*read as bars of 4 hours"):
        told(bars(interval), "btc_4h")
    tail = bars(interval, "2019-12-01")
    both = pd.concat([bars()[bars()["time"] < tail["time"][0]], tail], ignore_index=True)
    with pytest.raises(SchemaError, match=r"near 2019-12-.*read as bars of 4 hours"):
        told(both, "btc_4h")


def test_bars_may_have_gaps() -> None:
    frame = bars()
    assert told(frame.drop(index=range(100, 120)).reset_index(drop=True), "btc_4h") == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: f.assign(time=f["time"] + pd.Timedelta("1min")), "stamped .*00:01:00 UTC"),
        (lambda f: f.rename(columns={"high": "low", "low": "high"}), "do not hold"),
        (lambda f: f.assign(close=f["close"].mask(f.index == 40, f["high"] + 9)), "do not hold"),
        (lambda f: f.assign(open=f["open"].mask(f.index == 40, f["low"] - 9)), "do not hold"),
    ],
)
def test_bars_that_contradict_themselves_are_refused(change: Change, words: str) -> None:
    with pytest.raises(SchemaError, match=words):
        told(change(bars()), "btc_4h")


def funding(rate: float, hours: float = 8.0, stated: float | None = None) -> pd.DataFrame:
    times = pd.date_range("2019-01-01", periods=400, freq=f"{int(hours)}h", tz="UTC")
    noise = np.random.default_rng(1).normal(1.0, 0.5, len(times))
    return pd.DataFrame(
        {"time": times, "rate": rate * noise, "interval_hours": stated or float(hours)}
    )


@pytest.mark.parametrize(
    ("rate", "words"), [(0.01, "percent .*by 100$"), (1.0, "basis points .*by 10,000")]
)
def test_funding_in_another_unit_is_refused(rate: float, words: str) -> None:
    with pytest.raises(SchemaError, match=words):
        told(funding(rate), "btc_funding_binance")
    true = funding(0.0001)
    half = true.assign(rate=true["rate"].where(true.index < 300, true["rate"] * rate / 0.0001))
    with pytest.raises(SchemaError, match=words):
        told(half, "btc_funding_binance")
    assert told(true, "btc_funding_binance") == []


@pytest.mark.parametrize(("hours", "stated"), [(4, 8.0), (8, 4.0), (1, 8.0)])
def test_a_stated_interval_that_the_prints_contradict_is_refused(
    hours: float, stated: float
) -> None:
    with pytest.raises(SchemaError, match=f"settle {stated:g} hours.* {hours} hours apart"):
        told(funding(0.0001, hours, stated), "eth_funding")


@pytest.mark.parametrize("spacing", [1, 4, 8, 24])
def test_an_interval_that_is_not_stated_is_measured(tmp_path: Path, spacing: int) -> None:
    times = pd.date_range("2019-01-01", periods=30, freq="8h", tz="UTC")
    rest = pd.date_range(times[-1], periods=30, freq=f"{spacing}h", tz="UTC")[1:]
    stamps = times.append(rest).delete(10).strftime("%Y-%m-%dT%H:%M:%SZ")
    (tmp_path / "crypto").mkdir()
    pd.DataFrame({"date": stamps, "funding_rate": 0.0001}).to_csv(
        tmp_path / "crypto/btc_funding_binance.csv", index=False
    )
    rows = FilesSource(tmp_path).fetch(CATALOGUE["btc_funding_binance"])
    assert rows is not None
    assert set(rows["interval_hours"][:29]) == {8.0}
    if spacing in {1, 4, 8}:
        assert set(rows["interval_hours"][29:]) == {float(spacing)}


def test_tickers_of_one_file_alone_are_told_once() -> None:
    meta = pd.DataFrame(
        {"ticker": ["ABC", "OLD", "BANK"], "sector": ["Information Technology", None, "Financials"]}
    ).assign(ndx_ever=[True, True, False])
    raw = {"members": members(ABC=np.ones(len(DAYS)), NEW=1.0), "members_meta": meta}
    assert [str(remark) for remark in tickers.inspect(raw)] == [
        "members: NEW without metadata: counted in no group of stocks",
        "members_meta: OLD without prices: breadth does without",
    ]


def test_a_provider_s_fault_in_an_optional_series_does_not_stop_the_evening() -> None:
    live = Scope(DAYS, SCOPE.trained_from, SCOPE.tested_from, lenient=True)
    assert "apart" in told(bars("1h"), "btc_4h", live)[0]
    with pytest.raises(SchemaError):
        told(moved(daily(), -1), "spy", live)


def whole(end: str) -> Scope:
    return scope_of(params.load(), pd.Timestamp(end))


def test_the_simulated_market_brings_no_remark() -> None:
    market = Market(SimulatedSettings(start="2003-01-02", end="2012-12-31", seed=7, members=20))
    scope = whole("2012-12-31")
    assert [told(frame, name, scope) for name, frame in market.series.items()] == [
        [] for _name in market.series
    ]


def test_the_real_files_are_not_refused(market_folder: Path) -> None:
    source, scope = FilesSource(market_folder), whole("2025-06-30")
    rows = {name: frame for name, s in CATALOGUE.items() if (frame := source.fetch(s)) is not None}
    about = {
        remark.about
        for name, frame in rows.items()
        for remark in inspect(frame, CATALOGUE[name], "here", scope)
    }
    assert about == {"us3m", "breakeven10y", "vvix", "skew"}


@pytest.mark.parametrize("name", ["us10y", "real10y", "dxy"])
@pytest.mark.parametrize("step", [-1, 1])
def test_dates_a_session_off_are_refused_though_no_row_stands_on_a_weekend(
    name: str, step: int
) -> None:
    """Each row is dated by the weekday before or after: rows stand on Christmas and Labor Day."""
    frame = daily(2.5 if name != "dxy" else 100.0)
    frame = frame.assign(date=frame["date"] + step * pd.offsets.BDay(1)).drop_duplicates("date")
    with pytest.raises(SchemaError, match="on holidays of the exchange"):
        told(frame, name)


def test_a_quote_that_stands_still_is_a_feed_that_has_stopped() -> None:
    still = daily()
    still.loc[500:529, "value"] = still.loc[500, "value"]
    with pytest.raises(SchemaError, match=r"qqq has the same value .* on 30 days in a row"):
        told(still, "qqq")
    assert "same value" in told(still, "iwm")[0]
    assert told(still.assign(value=still["value"] / 40), "us2y") == []


@pytest.mark.parametrize(
    ("name", "level", "wrong", "words"),
    [
        ("vix", 12.5, 1.25, "its neighbours are not, so correct the value"),
        ("us10y", 3.6, 36.1, "its neighbours are not, so correct the value"),
    ],
)
def test_one_value_outside_says_nothing_of_its_columns_unit(
    name: str, level: float, wrong: float, words: str
) -> None:
    frame = daily(level)
    frame.loc[700, "value"] = wrong
    with pytest.raises(SchemaError, match=words):
        check(frame, CATALOGUE[name], "here", NOW)


def test_a_tenfold_last_price_may_be_a_decimal_point() -> None:
    frame = scaled(daily(), "2019-12-31", 10.0)
    with pytest.raises(SchemaError, match=r"or a misplaced decimal point makes; correct the value"):
        told(frame, "qqq")
