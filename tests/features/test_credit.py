"""Credit spreads on real rows."""

import numpy as np
import pytest

DAY = "2020-03-12"


def test_levels_and_changes(real_panel, real_features):
    spread, baa = real_panel["hy_oas"].loc[:DAY], real_panel["baa10y"].loc[:DAY]
    row = real_features.loc[DAY]
    assert row["hy_oas_level"] == spread.iloc[-1]
    assert row["hy_oas_change_21"] == pytest.approx(spread.iloc[-1] - spread.iloc[-22])
    assert row["baa10y_change_21"] == pytest.approx(baa.iloc[-1] - baa.iloc[-22])
    year = spread.tail(252)
    expected = (year.iloc[-1] - year.mean()) / year.std()
    assert row["hy_oas_zscore_252"] == pytest.approx(expected)


def test_funds_tell_the_same_story_the_same_evening(real_panel, real_features):
    pair = np.log(real_panel["hyg"] / real_panel["ief"]).loc[:DAY]
    expected = pair.iloc[-1] - pair.iloc[-6]
    assert real_features.at[DAY, "hyg_over_ief_change_5"] == pytest.approx(expected)
    assert expected < -0.05


def test_the_flag_is_the_scaled_change_beyond_its_threshold(real_panel, real_features, settings):
    spread = real_panel["hy_oas"]
    scale = spread.diff().rolling(252).std() * np.sqrt(21)
    widening = (spread.diff(21) / scale).loc["2008":]
    clear = widening[(widening - settings["credit_widening"]).abs() > 1e-6].dropna()
    flags = real_features["credit_widening_flag_21"].reindex(clear.index)
    assert ((clear > settings["credit_widening"]) == (flags == 1.0)).all()
    assert flags.at[DAY] == 1.0
