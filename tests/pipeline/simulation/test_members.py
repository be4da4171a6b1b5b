import pandas as pd

from pipeline.settings.simulated import SimulatedSettings
from pipeline.simulation.market import Market


def test_members_have_births_and_no_holes(market):
    prices = market.series["members"].set_index("date")
    births = prices.apply(pd.Series.first_valid_index)
    assert 0.15 < (births > prices.index[0]).mean() < 0.5
    for ticker, birth in births.items():
        assert prices.loc[birth:, ticker].notna().all()
    assert (prices.min() > 0.0).all()


def test_classification_covers_every_member_in_the_real_shape(market):
    meta = market.series["members_meta"]
    assert list(meta.columns) == ["ticker", "sector", "industry", "ndx_ever", "in_tech_panel"]
    assert list(meta["ticker"]) == list(market.series["members"].columns[1:])
    assert {"Semiconductors", "Application Software", "Systems Software"} <= set(meta["industry"])
    assert (meta["sector"] == "Information Technology").mean() > 0.5


def test_young_members_enter_the_index_once_after_their_birth(market):
    changes = market.series["ndx_changes"]
    prices = market.series["members"].set_index("date")
    assert list(changes.columns) == ["date", "added_ticker", "removed_ticker"]
    added = changes.dropna(subset=["added_ticker"])
    assert added["added_ticker"].is_unique
    for change in added.itertuples():
        assert prices[change.added_ticker].first_valid_index() <= change.date
    assert not set(changes["removed_ticker"]) & set(prices.columns)


def test_a_bigger_panel_is_possible():
    market = Market(SimulatedSettings(end="2005-12-30", members=120))
    assert market.series["members"].shape[1] == 121
    assert market.series["members_meta"]["ticker"].is_unique
