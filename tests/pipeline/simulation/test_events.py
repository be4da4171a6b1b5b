import pandas as pd
import pytest

from pipeline.settings.simulated import SimulatedSettings
from pipeline.simulation.market import Market


def test_eight_meetings_a_year_on_sessions(market):
    fomc = market.series["fomc"]
    scheduled = fomc.loc[fomc["type"] == "scheduled", "date"]
    a_year = scheduled.groupby(scheduled.dt.year).size()
    assert (a_year == 8).all()
    past = scheduled[scheduled <= "2025-06-30"]
    assert past.isin(market.truth()["session"]).all()
    assert (scheduled.dt.day_of_week == 2).all()


@pytest.mark.parametrize("name", ["cpi", "payrolls"])
def test_one_release_a_month(market, name):
    dates = market.series[name]["date"]
    assert dates.dt.to_period("M").is_unique
    assert (dates.dt.to_period("M").astype("int64").diff().iloc[1:] == 1).all()
    assert (dates.dt.day_of_week < 5).all()


def test_each_leader_reports_four_times_a_year(market):
    reports = market.series["earnings"]
    assert reports["ticker"].nunique() == 8
    assert set(reports["ticker"]) <= set(market.series["members_meta"]["ticker"])
    past = reports[reports["date"] < "2025-01-01"]
    assert (past.groupby(["ticker", past["date"].dt.year]).size() == 4).all()
    assert (reports["date"].dt.day_of_week < 5).all()
    assert set(reports["timing"]) <= {"AMC", "BMO"}


@pytest.mark.parametrize(
    ("name", "days"),
    [("fomc", 180), ("cpi", 90), ("earnings", 14), ("capex_guidance", 0), ("geopolitics", 0)],
)
def test_calendars_reach_as_far_as_their_dates_are_known(name, days):
    market = Market(SimulatedSettings(start="2015-01-02", end="2016-10-10"))
    last = market.series[name]["date"].max()
    assert last <= pd.Timestamp("2016-10-10") + pd.Timedelta(days=days)
    if days >= 90:
        assert last > pd.Timestamp("2016-10-10") + pd.Timedelta(days=days - 62)


def test_emergencies_are_never_known_ahead():
    for seed in range(4):
        fomc = Market(SimulatedSettings(end="2012-12-31", seed=seed)).series["fomc"]
        sudden = fomc.loc[fomc["type"] == "unscheduled", "date"]
        assert (sudden <= "2012-12-31").all()
        if len(sudden):
            return
    pytest.fail("no emergency in four markets: the case is not tested")
