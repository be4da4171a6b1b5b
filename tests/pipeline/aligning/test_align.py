"""One row a session holds what was public at its decision time, and nothing later."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.aligning.calendars import event_distances
from pipeline.aligning.clock import Clock
from pipeline.aligning.joins import joined
from pipeline.aligning.membership import memberships
from pipeline.aligning.values import (
    known_values,
    mean_annual_rate,
    observed_values,
    recent_closes,
    session_bars,
    session_totals,
)
from pipeline.catalogue import CATALOGUE
from pipeline.series.calendar import decision_times, sessions
from pipeline.series.kinds import Join
from pipeline.sources.files import FilesSource


@pytest.fixture
def july() -> Clock:
    """Two weeks around Independence Day: no session on Thursday 4 July 2024."""
    return Clock(sessions("2024-07-01", "2024-07-12"))


def dated(*rows: tuple[str, float]) -> pd.DataFrame:
    dates, values = zip(*rows, strict=True)
    return pd.DataFrame({"date": pd.to_datetime(list(dates)), "value": list(values)})


def timed(*rows: tuple[str, float]) -> pd.DataFrame:
    times, values = zip(*rows, strict=True)
    return pd.DataFrame({"time": pd.to_datetime(list(times), utc=True), "value": list(values)})


def test_decisions_fall_half_past_midnight_utc(july: Clock) -> None:
    assert decision_times(july.sessions)[0] == pd.Timestamp("2024-07-02T00:30Z")


def test_a_close_is_known_the_same_evening_and_a_yield_one_session_later(july: Clock) -> None:
    vix = known_values(dated(("2024-07-02", 12.0)), CATALOGUE["vix"], july)
    assert vix.loc["2024-07-02", "vix"] == 12.0
    assert np.isnan(vix.loc["2024-07-01", "vix"])
    yields = known_values(dated(("2024-07-03", 4.3)), CATALOGUE["us10y"], july)
    assert np.isnan(yields.loc["2024-07-03", "us10y"])
    assert yields.loc["2024-07-05", "us10y"] == 4.3
    assert yields.loc["2024-07-05", "us10y.age"] == 1.0


def test_the_labels_see_a_yield_on_its_own_day(july: Clock) -> None:
    observed = observed_values(dated(("2024-07-03", 4.3)), CATALOGUE["us10y"], july)
    assert observed.loc["2024-07-03"] == 4.3


def test_nothing_is_carried_past_its_limit(july: Clock) -> None:
    values = known_values(dated(("2024-07-01", 12.0)), CATALOGUE["vix"], july)["vix"]
    assert values.notna().sum() == CATALOGUE["vix"].carry + 1


def test_a_weekly_release_waits_for_its_weekday(july: Clock) -> None:
    assets = known_values(dated(("2024-07-03", 7e6)), CATALOGUE["fed_assets"], july)["fed_assets"]
    assert assets.first_valid_index() == pd.Timestamp("2024-07-05")


def test_a_weekend_value_belongs_to_the_next_session(july: Clock) -> None:
    spread = observed_values(dated(("2024-07-06", 3.2)), CATALOGUE["hy_oas"], july)
    assert spread.first_valid_index() == pd.Timestamp("2024-07-08")


def test_weekend_bars_join_monday_and_end_at_the_decision(july: Clock) -> None:
    days = pd.date_range("2024-07-05", "2024-07-09", tz="UTC")
    closes = np.array([10.0, 11.0, 12.0, 13.0, 14.0])
    bars = pd.DataFrame(
        {
            "time": days,
            "open": closes - 1,
            "high": np.array([10.0, 20.0, 12.0, 13.0, 14.0]),
            "low": closes - 2,
            "close": closes,
            "volume": 1.0,
        }
    )
    monday = session_bars(bars, CATALOGUE["btc"], july).loc["2024-07-08"]
    assert monday["btc"] == 13.0
    assert monday["btc.open"] == 10.0
    assert monday["btc.high"] == 20.0
    assert monday["btc.low"] == 9.0
    assert monday["btc.volume"] == 3.0


def test_a_four_hour_bar_counts_only_once_complete(july: Clock) -> None:
    bar = {"open": 1.0, "high": 2.0, "low": 1.0, "close": 2.0, "volume": 1.0}
    bars = pd.DataFrame({"time": pd.to_datetime(["2024-07-03T00:00Z"]), **bar})
    aligned = session_bars(bars, CATALOGUE["btc_4h"], july)["btc_4h"]
    assert aligned.first_valid_index() == pd.Timestamp("2024-07-03")


def test_the_last_closes_within_a_day_are_of_complete_bars_and_fresh(july: Clock) -> None:
    # The bar that opens at 00:00 is in progress at the decision of 2 July, at 00:30 on the 3rd.
    times = pd.date_range("2024-07-02T16:00Z", periods=3, freq="4h")
    bars = pd.DataFrame({"time": times, "close": [10.0, 15.0, 900.0]})
    recent = recent_closes(bars, CATALOGUE["btc_4h"], july)
    assert recent.columns[:2].tolist() == ["btc_4h.back_0", "btc_4h.back_1"]
    assert recent.loc["2024-07-02"].dropna().tolist() == [15.0, 10.0]
    assert recent.loc["2024-07-03"].dropna().tolist() == [900.0, 15.0, 10.0]
    assert (
        recent.drop([pd.Timestamp("2024-07-02"), pd.Timestamp("2024-07-03")]).isna().all(axis=None)
    )


def test_the_last_closes_go_back_before_the_panel_and_across_holes(july: Clock) -> None:
    times = pd.to_datetime(["2024-06-01T00:00Z", "2024-06-20T00:00Z", "2024-07-01T20:00Z"])
    bars = pd.DataFrame({"time": times, "close": [1.0, 2.0, 4.0]})
    recent = recent_closes(bars, CATALOGUE["btc_4h"], july)
    assert recent.iloc[0].dropna().tolist() == [4.0, 2.0, 1.0]
    assert recent_closes(bars.iloc[:0], CATALOGUE["btc_4h"], july).isna().all(axis=None)


def test_funding_is_annualised_by_its_own_interval(july: Clock) -> None:
    prints = pd.DataFrame(
        {
            "time": pd.to_datetime(["2024-07-01T16:00Z", "2024-07-02T00:00Z"]),
            "rate": [0.0001, 0.0003],
            "interval_hours": [8.0, 24.0],
        }
    )
    annual = mean_annual_rate(prints, CATALOGUE["btc_funding_binance"], july)
    expected = (0.0001 * 3 * 365 + 0.0003 * 365) / 2
    assert annual.loc["2024-07-01", "btc_funding_binance"] == pytest.approx(expected)


def test_flows_add_up_over_the_weekend(july: Clock) -> None:
    flows = timed(
        ("2024-07-06T00:00Z", 1.0), ("2024-07-07T00:00Z", 2.0), ("2024-07-08T00:00Z", 4.0)
    )
    totals = session_totals(flows, CATALOGUE["btc_liquidations_long"], july)
    assert totals.loc["2024-07-05", "btc_liquidations_long"] == 1.0
    assert totals.loc["2024-07-08", "btc_liquidations_long"] == 6.0


def test_vendors_at_different_levels_are_joined_by_change() -> None:
    index = sessions("2024-07-01", "2024-07-08")
    panel = pd.DataFrame({"a": [100.0, 110.0, np.nan, np.nan, np.nan]}, index=index)
    panel["b"] = [np.nan, 2.0, 2.2, 1.1, 1.1]
    change = joined(panel, Join("oi", "log change", "crypto", "", ("a", "b"), by="change"))
    assert change.iloc[1:].tolist() == pytest.approx([np.log(1.1), np.log(1.1), np.log(0.5), 0.0])
    assert np.isnan(change.iloc[0])


def test_an_event_is_seen_coming_only_once_public_and_never_when_unscheduled() -> None:
    clock = Clock(sessions("2024-01-02", "2024-12-31"))
    events = pd.DataFrame(
        {
            "date": pd.to_datetime(["2024-11-07", "2024-12-20"]),
            "type": ["scheduled", "unscheduled"],
        }
    )
    fomc = event_distances(events, CATALOGUE["fomc"], clock)
    ahead = pd.Timedelta(days=CATALOGUE["fomc"].known_ahead)
    assert fomc["fomc.next"].first_valid_index() >= pd.Timestamp("2024-11-07") - ahead
    assert fomc.loc["2024-11-07", "fomc.next"] == 0
    assert fomc.loc["2024-11-01", "fomc.next"] == 4
    assert fomc.loc["2024-11-08":, "fomc.next"].isna().all()
    assert fomc.loc["2024-12-20", "fomc.last"] == 0
    assert fomc.loc["2024-12-19", "fomc.last"] == len(sessions("2024-11-08", "2024-12-19"))


def test_members_count_from_their_addition_to_their_removal() -> None:
    clock = Clock(sessions("2024-07-01", "2024-07-12"))
    meta = pd.DataFrame(
        {
            "ticker": ["NEW", "OLD", "CHIP", "BANK"],
            "sector": [None, None, "Information Technology", "Financials"],
            "industry": [None, None, "Semiconductors", "Diversified Banks"],
            "ndx_ever": [True, True, False, False],
        }
    )
    changes = pd.DataFrame(
        {"date": ["2024-07-08"], "added_ticker": ["NEW"], "removed_ticker": ["OLD"]}
    )
    masks = memberships(["NEW", "OLD", "CHIP", "BANK"], meta, changes, clock)
    before, after = masks.loc["2024-07-05"], masks.loc["2024-07-08"]
    assert (before["in_tech.NEW"], after["in_tech.NEW"]) == (0, 1)
    assert (before["in_tech.OLD"], after["in_tech.OLD"]) == (1, 0)
    assert (after["in_tech.CHIP"], after["in_semis.CHIP"], after["in_software.CHIP"]) == (1, 1, 0)
    assert masks.filter(like="BANK").to_numpy().sum() == 0


def test_the_first_session_does_not_gather_all_that_came_before_the_panel(july: Clock) -> None:
    """A panel that begins in mid-history: its first bar is a day's, not that of all years."""
    days = pd.date_range("2024-06-01", "2024-07-02", freq="D", tz="UTC")
    bars = pd.DataFrame({"time": days, "open": 1.0, "close": 1.0, "volume": 1.0})
    bars = bars.assign(high=[90.0] + [2.0] * 31, low=[0.1] + [0.5] * 31)
    first = session_bars(bars, CATALOGUE["btc"], july).iloc[0]
    assert first[["btc", "btc.high", "btc.low", "btc.volume"]].tolist() == [1.0, 2.0, 0.5, 1.0]
    prints = pd.DataFrame({"time": days, "rate": [0.04] + [0.0] * 31, "interval_hours": 8.0})
    assert mean_annual_rate(prints, CATALOGUE["eth_funding"], july)["eth_funding"].iloc[0] == 0.0
    flow = timed(*((f"{day:%Y-%m-%d}", 1.0) for day in days))
    series = CATALOGUE["btc_liquidations_long"]
    assert session_totals(flow, series, july)["btc_liquidations_long"].iloc[0] == 1.0


def test_sessions_since_an_event_before_the_panel_are_not_known(july: Clock) -> None:
    raw = pd.DataFrame({"date": pd.to_datetime(["2024-06-12", "2024-07-05"])})
    since = event_distances(raw, CATALOGUE["cpi"], july)["cpi.last"]
    assert since.iloc[:3].isna().all()
    assert since.iloc[3:5].tolist() == [0.0, 1.0]


def test_a_value_from_before_the_panel_is_as_old_as_it_is(july: Clock) -> None:
    vix = CATALOGUE["vix"]
    assert known_values(dated(("2015-03-02", 12.0)), vix, july)["vix"].isna().all()
    assert observed_values(dated(("2015-03-02", 12.0)), vix, july).isna().all()
    friday = known_values(dated(("2024-06-28", 12.0)), vix, july)
    assert friday["vix.age"].iloc[:2].tolist() == [1.0, 2.0]
    assert friday["vix"].notna().sum() == vix.carry


@pytest.mark.parametrize("rows", ["one row", "two rows", "two rows, addition first"])
@pytest.mark.parametrize("before", [True, False])
def test_a_ticker_that_leaves_and_joins_on_one_day_is_a_member_afterwards(
    rows: str, before: bool
) -> None:
    index = pd.DatetimeIndex(sessions("2019-01-02", "2019-12-31"))
    day = pd.Timestamp("2019-03-19")
    meta = pd.DataFrame(
        {"ticker": ["FOX"], "sector": ["Media"], "industry": ["Media"], "ndx_ever": [True]}
    )
    out, back = (day, None, "FOX"), (day, "FOX", None)
    swapped = {"one row": [(day, "FOX", "FOX")], "two rows": [out, back]}.get(rows, [back, out])
    told = [(pd.Timestamp("2014-12-22"), "FOX", None)] * before + swapped
    told.append((pd.Timestamp("2019-10-01"), None, "FOX"))
    changes = pd.DataFrame(told, columns=["date", "added_ticker", "removed_ticker"])
    inside = memberships(["FOX"], meta, changes, Clock(index))["in_tech.FOX"]
    assert inside[: pd.Timestamp("2019-09-30")].all()
    assert not inside[pd.Timestamp("2019-10-01") :].any()


def test_fox_was_in_the_index_until_2021(market_folder: Path) -> None:
    source = FilesSource(market_folder)
    meta, changes = (source.fetch(CATALOGUE[name]) for name in ("members_meta", "ndx_changes"))
    clock = Clock(sessions("2018-01-02", "2022-12-30"))
    inside = memberships(["FOX", "FOXA"], meta, changes, clock)[["in_tech.FOX", "in_tech.FOXA"]]
    assert inside[: pd.Timestamp("2021-12-17")].all(axis=None)
    assert not inside[pd.Timestamp("2021-12-20") :].any(axis=None)
