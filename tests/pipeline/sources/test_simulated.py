from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pipeline.catalogue import CATALOGUE
from pipeline.series.border import check
from pipeline.series.calendar import sessions
from pipeline.settings.simulated import SimulatedSettings
from pipeline.sources.simulated import SimulatedSource, open_source

SHAPES = {
    "value": ["date", "value"],
    "bar": ["time", "open", "high", "low", "close", "volume"],
    "funding": ["time", "rate", "interval_hours"],
    "snapshot": ["time", "value"],
    "flow": ["time", "value"],
}
NOT_SIMULATED = {"es_4h", "es_1h"}
"""Yahoo keeps two years of them; the rules say that they are missing."""
SHORT = {"start": "2012-01-03", "members": 25}


@pytest.fixture(scope="module")
def source():
    return SimulatedSource(SimulatedSettings())


@pytest.fixture(scope="module")
def short():
    return SimulatedSource(SimulatedSettings(**SHORT))


def test_every_series_passes_the_border_in_the_shape_of_its_kind(source):
    clocks = {"time": "datetime64[ns, UTC]", "date": "datetime64[ns]"}
    for name, series in CATALOGUE.items():
        frame = source.fetch(series)
        assert (frame is None) == (name in NOT_SIMULATED)
        if frame is None:
            continue
        check(frame, series, "simulated", pd.Timestamp("2025-07-02", tz="UTC"))
        assert list(frame.columns) == SHAPES.get(series.kind, list(frame.columns)), name
        for clock in clocks.keys() & set(frame.columns):
            assert str(frame[clock].dtype) == clocks[clock], name


@pytest.mark.parametrize(("seed", "signal"), [(0, 1.0), (5, 0.5), (12, 0.0)])
def test_other_markets_pass_the_border_too(seed, signal):
    other = SimulatedSource(SimulatedSettings(seed=seed, signal=signal))
    for series in CATALOGUE.values():
        if series.name not in NOT_SIMULATED:
            check(other.fetch(series), series, "simulated", pd.Timestamp("2025-07-02", tz="UTC"))


def test_the_same_seed_gives_the_same_values_in_any_order(short):
    again = SimulatedSource(SimulatedSettings(**SHORT))
    for series in reversed(CATALOGUE.values()):
        if series.name not in NOT_SIMULATED:
            pd.testing.assert_frame_equal(
                again.fetch(series), short.fetch(series), check_exact=True
            )


def test_another_seed_gives_another_market(short):
    other = SimulatedSource(SimulatedSettings(**SHORT, seed=8))
    vix = CATALOGUE["vix"]
    assert not other.fetch(vix)["value"].equals(short.fetch(vix)["value"])


def test_what_is_fetched_can_be_changed_without_harm(short):
    vix = CATALOGUE["vix"]
    fetched = short.fetch(vix)
    fetched.loc[0, "value"] = 1e9
    assert short.fetch(vix)["value"].max() < 200.0


@settings(max_examples=5, deadline=None, phases=[Phase.generate])
@given(days=st.integers(40, 4900))
def test_an_earlier_end_is_exactly_the_beginning(short, days):
    end = pd.Timestamp(SHORT["start"]) + pd.Timedelta(days=days)
    early = SimulatedSource(SimulatedSettings(**SHORT, end=f"{end:%Y-%m-%d}"))
    truth = early.truth()
    pd.testing.assert_frame_equal(truth, short.truth().iloc[: len(truth)])
    for series in CATALOGUE.values():
        if (part := early.fetch(series)) is not None:
            whole = known_by(short.fetch(series), end, series)
            pd.testing.assert_frame_equal(known_by(part, end, series), whole, check_exact=True)


def known_by(frame, end, series):
    """Rows that had happened or were announced by ``end``; emergencies only once they happen."""
    midnight = (end + pd.Timedelta(days=1)).tz_localize("UTC")
    if series.kind in {"snapshot", "flow"}:
        return frame[frame["time"] <= midnight]
    if "time" in frame:
        return frame[frame["time"] < midnight]
    if "date" not in frame:
        return frame
    horizon = end + pd.Timedelta(days=series.known_ahead)
    sudden = frame["type"].eq("unscheduled") if "type" in frame else False
    return frame[(frame["date"] <= horizon) & ~(sudden & (frame["date"] > end))].reset_index(
        drop=True
    )


def test_a_series_is_absent_before_its_birth():
    early = SimulatedSource(SimulatedSettings(end="2013-12-31"))
    absent = {name for name, series in CATALOGUE.items() if early.fetch(series) is None}
    assert {"btc", "eth", "btc_funding_binance", "btc_oi_all", "put_call"} <= absent
    assert not {name for name in absent if CATALOGUE[name].required and name != "btc"}


def test_series_are_as_old_as_the_real_ones(source, market_folder):
    manifest = pd.read_csv(market_folder / "MANIFEST.csv").set_index("file")["first"]
    for name, series in CATALOGUE.items():
        path = (series.files or "").partition(":")[0]
        if path not in manifest or series.kind == "table" or "etf_adjclose" in path:
            continue
        frame = source.fetch(series)
        clock = "time" if "time" in frame else "date"
        born = max(pd.Timestamp(manifest[path]).tz_localize(None), pd.Timestamp("2003-01-02"))
        ours = frame[clock].iloc[0].tz_localize(None)
        assert abs(ours - born) < pd.Timedelta(days=32), name


@pytest.mark.parametrize("name", ["spy", "vix", "dxy", "smh", "put_call"])
def test_exchange_series_are_quoted_on_sessions_alone(source, name):
    dates = pd.DatetimeIndex(source.fetch(CATALOGUE[name])["date"])
    expected = sessions(f"{dates[0]:%Y-%m-%d}", "2025-06-30")
    assert dates.equals(pd.DatetimeIndex(expected))


@pytest.mark.parametrize("name", ["us10y", "real10y", "baa10y", "move"])
def test_bonds_are_not_quoted_on_bond_holidays(source, name):
    dates = pd.DatetimeIndex(source.fetch(CATALOGUE[name])["date"])
    missing = sessions("2015-01-01", "2025-06-30").difference(dates)
    assert pd.Timestamp("2015-10-12") in missing  # Columbus Day
    assert pd.Timestamp("2019-11-11") in missing  # Veterans Day
    assert set(missing.month) <= {10, 11}


def test_the_rest_keep_their_own_clocks(source):
    weekly = source.fetch(CATALOGUE["fed_assets"])["date"]
    assert (weekly.dt.day_of_week == 2).all()
    assert pd.Timestamp("2018-07-04") in set(weekly)
    daily = source.fetch(CATALOGUE["fed_funds"])["date"]
    assert (daily.diff().iloc[1:] == pd.Timedelta(days=1)).all()
    spreads = source.fetch(CATALOGUE["hy_oas"])["date"]
    weekend = spreads[spreads.dt.day_of_week >= 5]
    assert len(weekend) > 50
    assert weekend.dt.is_month_end.all()


def test_all_that_was_fetched_is_complete_by_the_clock(source):
    for name in ("btc", "btc_4h", "btc_1h"):
        series = CATALOGUE[name]
        ends = source.fetch(series)["time"] + pd.Timedelta(series.interval)
        assert ends.iloc[-1] == pd.Timestamp("2025-07-01", tz="UTC")
        assert ends.iloc[-1] <= source.fetched_at(series)


def test_truth_names_a_scenario_for_each_session(source):
    truth = source.truth()
    assert list(truth.columns) == ["session", "regime"]
    assert pd.DatetimeIndex(truth["session"]).equals(
        pd.DatetimeIndex(sessions("2003-01-02", "2025-06-30"))
    )
    assert set(truth["regime"]) == {"base", "tightening_shock", "reflation"}


def test_it_opens_from_the_parameters():
    opened = open_source(SimpleNamespace(simulated=SimulatedSettings(**SHORT, seed=3)))
    assert opened.name == "simulated"
    assert np.isfinite(opened.fetch(CATALOGUE["vix"])["value"]).all()
