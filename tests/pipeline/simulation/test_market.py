"""What the market does as a whole: near the real one, consistent, and true to its scenarios."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from features.maths.composite import component_levels, component_moves, component_scale, composite
from models.scenarios import Window, label
from pipeline.settings.simulated import SimulatedSettings
from pipeline.simulation.regimes import simulate

COMPONENTS = {
    "real10y": "change",
    "dxy": "log",
    "hy_oas": "change",
    "vix": "log",
    "qqq": "minus_log",
    "btc": "minus_log",
}
NOW, AHEAD = Window("now", 5, 5), Window("ahead", 0, 10)


@pytest.fixture(scope="module")
def components(market):
    return component_levels(observed(market), COMPONENTS)


@pytest.fixture(scope="module")
def noise_components(noise):
    return component_levels(observed(noise), COMPONENTS)


def observed(market):
    sessions = pd.DatetimeIndex(market.truth()["session"])
    columns = {}
    for name in COMPONENTS:
        frame = market.series[name]
        clock, value = ("date", "value") if "value" in frame else ("time", "close")
        stamps = pd.DatetimeIndex(frame[clock]).tz_localize(None)
        columns[name] = pd.Series(frame[value].to_numpy(), stamps)
    return pd.DataFrame(columns).ffill(limit=5).reindex(sessions)


def labelled(components, window):
    moved = composite(component_moves(components, window.length, component_scale(components, 252)))
    found = label(moved, window, tightening_above=0.5, reflation_below=-0.5)
    return found.set_index("session")["scenario"]


def agreement(market, components, window):
    truth = market.truth().set_index("session")["regime"]
    scenario = labelled(components, window)
    return (scenario == truth.reindex(scenario.index)).mean()


def test_the_label_agrees_with_the_hidden_regime(market, components):
    assert agreement(market, components, NOW) > 0.65
    assert agreement(market, components, AHEAD) > 0.60


def test_without_signal_the_label_is_blind_to_the_regime(noise, noise_components):
    truth = noise.truth().set_index("session")["regime"]
    scenario = labelled(noise_components, NOW)
    table = pd.crosstab(truth.reindex(scenario.index), scenario, normalize="index")
    assert (table.max() - table.min()).max() < 0.15


def test_label_shares_are_near_the_real_ones(components):
    shares = labelled(components, AHEAD).value_counts(normalize=True)
    assert shares["base"] == pytest.approx(0.62, abs=0.08)
    assert shares["tightening_shock"] == pytest.approx(0.16, abs=0.05)
    assert shares["reflation"] == pytest.approx(0.21, abs=0.05)


def outcomes(components):
    """Non-overlapping windows: what is known at each start, and what then happens."""
    trailing = composite(component_moves(components, 10, component_scale(components, 252)))
    known = pd.DataFrame(
        {
            "vix": components["vix"],
            "momentum": trailing,
            "yields": components["real10y"].diff(63),
            "dollar": components["dxy"].diff(63),
        }
    )
    table = known.assign(outcome=trailing.shift(-10)).dropna().iloc[::10]
    return table.assign(size=table["outcome"].abs())


def test_with_signal_the_past_tells_of_the_future(components):
    table = outcomes(components)
    assert table["vix"].corr(table["size"]) > 0.25
    assert table["momentum"].corr(table["outcome"]) > 0.15


def test_without_signal_it_does_not(noise_components):
    table = outcomes(noise_components)
    limit = 3.5 / np.sqrt(len(table))
    known = table.drop(columns=["outcome", "size"])
    assert known.corrwith(table["outcome"]).abs().max() < limit
    assert known.corrwith(table["size"]).abs().max() < limit


def test_more_history_makes_a_better_model(components):
    table = outcomes(components).assign(scenario=labelled(components, AHEAD))
    late = table["2016":]

    def loss(first, last):
        train = table[first:last]
        inputs = train[["vix", "momentum"]]
        model = LogisticRegression(C=1.0, max_iter=1000).fit(inputs, train["scenario"])
        probability = model.predict_proba(late[["vix", "momentum"]])
        truth = model.classes_.searchsorted(late["scenario"])
        return -np.log(probability[np.arange(len(late)), truth]).mean()

    assert loss("2004", "2015") < loss("2014-07", "2015")


@pytest.fixture(scope="module")
def pressure(market):
    sessions = pd.DatetimeIndex(market.truth()["session"])
    return pd.Series(simulate(len(sessions), SimulatedSettings()).pressure, sessions)


def test_the_policy_path_and_the_dollar_show_pressure(market, by_session, pressure):
    table = by_session(market, "us2y", "dxy")
    assert table["us2y"].diff(63).corr(pressure) > 0.3
    assert np.log(table["dxy"]).diff(63).corr(pressure) > 0.2


def test_leadership_breaks_under_pressure(market, by_session, pressure):
    table = np.log(by_session(market, "igv", "spy")).diff(63)
    assert (table["igv"] - table["spy"]).corr(pressure) < -0.25
    prices = np.log(market.series["members"].set_index("date")).diff(63)
    leaders = market.series["earnings"]["ticker"].unique()
    narrow = prices[leaders].mean(axis=1) - prices.drop(columns=leaders).mean(axis=1)
    assert narrow.corr(pressure) > 0.35


def test_funding_shows_pressure(market, pressure):
    prints = market.series["btc_funding_binance"].set_index("time")["rate"]
    fortnight = prints.resample("D").mean().rolling(14).mean().tz_localize(None)
    assert fortnight.reindex(pressure.index).corr(pressure) > 0.2


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("real10y", 0.040, 0.060),
        ("us10y", 0.044, 0.066),
        ("dxy", 0.0040, 0.0058),
        ("hy_oas", 0.05, 0.14),
        ("vix", 0.055, 0.090),
        ("spy", 0.0095, 0.0140),
        ("qqq", 0.0110, 0.0165),
        ("gld", 0.009, 0.013),
        ("tlt", 0.007, 0.012),
        ("hyg", 0.004, 0.009),
        ("btc", 0.034, 0.055),
    ],
)
def test_daily_moves_are_as_large_as_the_real_ones(market, by_session, name, low, high):
    values = by_session(market, name)[name]
    moves = values.diff() if name in {"real10y", "us10y", "hy_oas"} else np.log(values).diff()
    assert low < moves.std() < high


def test_volatility_is_priced_clustered_and_feared(market, by_session):
    table = by_session(market, "vix", "spy", "qqq")
    returns = np.log(table["qqq"]).diff()
    assert table["vix"].mean() == pytest.approx(19.0, abs=2.5)
    assert returns.kurt() > 4.0
    assert returns.abs().autocorr(5) > 0.1
    assert np.log(table["vix"]).diff().corr(np.log(table["spy"]).diff()) < -0.6
    realised = np.log(table["spy"]).diff().rolling(21).std().shift(-21)
    assert np.log(table["vix"]).corr(np.log(realised), method="spearman") > 0.5


def test_without_signal_volatility_does_not_cluster(noise, by_session):
    returns = np.log(by_session(noise, "qqq")["qqq"]).diff()
    assert abs(returns.abs().autocorr(1)) < 0.06
    quarters = returns.abs().rolling(63).mean().iloc[63::63]
    assert quarters.autocorr(1) < 0.3
    assert returns.kurt() > 1.0


def test_crypto_joins_the_risk_book_under_stress(market, by_session):
    table = by_session(market, "vix", "qqq", "btc")
    moves = np.log(table[["qqq", "btc"]]).diff()
    stress, calm = table["vix"] > 25.0, table["vix"] < 17.0
    assert moves[stress].corr().iloc[0, 1] > moves[calm].corr().iloc[0, 1] + 0.1
    assert moves[stress].corr().iloc[0, 1] > 0.25


def test_nominal_yields_are_real_yields_and_breakevens(market, by_session):
    table = by_session(market, "us10y", "real10y", "breakeven10y")
    gap = table["us10y"] - table["real10y"] - table["breakeven10y"]
    assert gap.abs().max() < 1e-9


@pytest.mark.parametrize(
    ("fund", "driver", "low", "high"),
    [
        ("ief", "us10y", -8.0, -6.6),
        ("tip", "real10y", -7.2, -5.8),
        ("hyg", "hy_oas", -5.5, -2.5),
    ],
)
def test_bond_funds_fall_by_their_duration(market, by_session, fund, driver, low, high):
    table = by_session(market, fund, driver)
    returns, change = np.log(table[fund]).diff().iloc[1:], table[driver].diff().iloc[1:] / 100.0
    assert low < np.polyfit(change, returns, 1)[0] < high


@pytest.mark.parametrize(("fund", "driver"), [("smh", "xlk"), ("gdx", "gld")])
def test_funds_follow_what_they_hold(market, by_session, fund, driver):
    moves = np.log(by_session(market, fund, driver)).diff()
    assert moves[fund].corr(moves[driver]) > 0.65


def test_the_gold_fixing_precedes_the_funds_close(market, by_session):
    moves = np.log(by_session(market, "gold", "gld")).diff().dropna()
    assert moves["gold"].corr(moves["gld"]) > 0.6
    assert moves["gold"].corr(moves["gld"].shift(1)) > 0.3


def test_industry_funds_are_the_average_of_their_members(market, by_session):
    meta = market.series["members_meta"].set_index("ticker")
    prices = market.series["members"].set_index("date")
    chips = prices[meta.index[meta["industry"] == "Semiconductors"]]
    average = np.log(chips).diff().mean(axis=1)
    fund = np.log(by_session(market, "smh")["smh"]).diff()
    assert average.corr(fund) > 0.9


def test_the_central_bank_follows_the_two_year_yield(market, by_session):
    table = by_session(market, "us2y", "fed_funds", "us3m")
    assert (table["us2y"] - table["fed_funds"]).abs().median() < 0.8
    assert (table["us3m"] - table["fed_funds"]).abs().max() < 0.8
    ahead = table["fed_funds"].diff(126).shift(-126)
    assert (table["us2y"] - table["fed_funds"]).corr(ahead) > 0.4
