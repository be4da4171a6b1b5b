"""Breadth, leaders and narrowness, against counts and plain arithmetic."""

import numpy as np
import pandas as pd
import pytest

from features.registry import compute

DAY = "2022-05-12"
GROUPS = {"tech": "in_tech", "semis": "in_semis", "software": "in_software"}


@pytest.fixture
def members(real_panel):
    """Prices up to the day, of the members of each group that day."""
    prices = real_panel.filter(regex=r"^members\.").loc[:DAY]
    prices.columns = prices.columns.str.removeprefix("members.")

    def of(group):
        mask = real_panel.loc[DAY].filter(regex=rf"^{GROUPS[group]}\.")
        return prices[mask[mask == 1].index.str.removeprefix(f"{GROUPS[group]}.")]

    return of


@pytest.mark.parametrize("group", GROUPS)
def test_breadth_is_a_count_of_members(group, members, real_features):
    prices, row = members(group), real_features.loc[DAY]
    for sessions in (50, 200):
        old = prices.loc[:, prices.tail(sessions).notna().all()]
        above = (old.iloc[-1] > old.tail(sessions).mean()).mean()
        assert row[f"{group}_above_{sessions}"] == pytest.approx(above, abs=0.02)
    year = prices.loc[:, prices.tail(252).notna().all()].tail(252)
    highs, lows = (year.iloc[-1] == year.max()).mean(), (year.iloc[-1] == year.min()).mean()
    assert row[f"{group}_highs_minus_lows"] == pytest.approx(highs - lows, abs=0.03)
    net = np.sign(prices.diff().tail(10)).mean(axis=1).mean()
    assert row[f"{group}_advances_minus_declines_10"] == pytest.approx(net)
    assert row[f"{group}_coverage"] == pytest.approx(prices.iloc[-1].notna().mean())


def test_dispersion_is_the_deviation_across_members(members, real_features):
    returns = np.log(members("tech")).diff(21).iloc[-1]
    assert real_features.at[DAY, "tech_dispersion_21"] == pytest.approx(returns.std())


def test_who_left_the_group_no_longer_counts(random_panel, settings):
    """A member that leaves takes its vote with it, at that session and not before."""
    panel = random_panel.copy()
    panel[panel.filter(regex=r"^in_tech\.").columns] = 1
    before = compute(panel, settings, ["tech_coverage", "tech_advances_minus_declines_1"])
    panel.iloc[-1, panel.columns.get_loc("in_tech.SHOP")] = 0
    after = compute(panel, settings, before.columns)
    assert before["tech_coverage"].iloc[-1] == pytest.approx(11 / 12)
    assert after["tech_coverage"].iloc[-1] == 1.0
    pd.testing.assert_frame_equal(before.iloc[:-1], after.iloc[:-1])


def test_too_few_members_are_no_breadth(random_panel, settings):
    least = {**settings, "breadth_min_members": 13}
    assert compute(random_panel, least, ["tech_above_50"]).isna().all(axis=None)


def test_relative_strength_narrowness_and_drawdown(real_panel, real_features):
    funds = ["spy", "qqq", "rsp", "smh", "igv", "xlk", "xlp", "xlu", "xlv"]
    history, row = np.log(real_panel.loc[:DAY, funds]), real_features.loc[DAY]
    moved = history.iloc[-1] - history.iloc[-22]
    assert row["semis_against_index_21"] == pytest.approx(moved["smh"] - moved["spy"])
    assert row["software_against_index_21"] == pytest.approx(moved["igv"] - moved["spy"])
    assert row["nasdaq_against_index_21"] == pytest.approx(moved["qqq"] - moved["spy"])
    assert row["equal_against_cap_21"] == pytest.approx(moved["rsp"] - moved["spy"])
    defensives = moved[["xlp", "xlu", "xlv"]].mean()
    assert row["growth_against_defensives_21"] == pytest.approx(moved["xlk"] - defensives)
    spy = real_panel["spy"].loc[:DAY].tail(252)
    assert row["spy_drawdown_252"] == pytest.approx(spy.iloc[-1] / spy.max() - 1.0)
    assert row["qqq_return"] == pytest.approx(history["qqq"].diff().iloc[-1])


@pytest.fixture
def market():
    """An index that rises while its leader falls on the last session."""
    sessions = pd.bdate_range("2024-01-01", periods=80, name="session")
    rising = 100.0 * np.exp(0.001 * np.arange(80))
    panel = pd.DataFrame({"spy": rising, "smh": rising, "igv": rising, "qqq": rising}, sessions)
    panel.loc[sessions[-1], "smh"] *= 0.9
    return panel


def test_a_leader_breaks_only_while_the_index_holds(market, settings):
    names = ["semis_break_flag", "software_break_flag"]
    assert compute(market, settings, ["semis_break_flag"]).iloc[-2:, 0].tolist() == [0.0, 1.0]
    market.iloc[-1] *= 1.0 - 2.0 * settings["index_holds_within"]
    assert compute(market, settings, names).iloc[-1].tolist() == [0.0, 0.0]


def test_a_lower_low_is_remembered_for_its_sessions(market, settings):
    low = 80 - 1 - settings["tech_low_recent_sessions"]
    market.iloc[low, market.columns.get_loc("qqq")] *= 0.8
    flags = compute(market, settings, ["tech_lower_low_flag"])["tech_lower_low_flag"]
    assert flags.iloc[-2] == 1.0
    assert flags.iloc[-1] == 0.0
