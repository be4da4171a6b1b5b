"""Financial conditions and the composite as known at the decision."""

import numpy as np
import pandas as pd
import pytest

from features.registry import compute

DAY = "2020-03-18"


def test_conditions_are_the_mean_of_four_parts(real_panel, real_features):
    names = ["us10y", "dxy", "hy_oas", "vix"]
    year = real_panel[names].loc[:DAY].tail(252)
    year[names[1:]] = np.log(year[names[1:]])
    scores = (year.iloc[-1] - year.mean()) / year.std()
    assert real_features.at[DAY, "conditions_level"] == pytest.approx(scores.mean())


def test_conditions_tighten_in_march_2020(real_features):
    assert real_features.at[DAY, "conditions_change_21"] > 1.5


def test_the_composite_over_ten_sessions_by_hand(real_panel, real_features, settings):
    moves = []
    for series, transform in settings["components"].items():
        level = real_panel[series].loc[:DAY]
        level = level if transform == "change" else np.log(level)
        scale = level.diff().iloc[:-10].std() * np.sqrt(10)
        sign = -1.0 if transform == "minus_log" else 1.0
        moves.append(sign * (level.iloc[-1] - level.iloc[-11]) / scale)
    assert real_features.at[DAY, "composite_10"] == pytest.approx(np.mean(moves))
    assert real_features.at[DAY, "composite_10"] > 1.5


@pytest.mark.parametrize("count", [30, 400])
def test_the_composite_waits_for_as_many_sessions_as_the_label(real_panel, settings, count):
    components = {"vix": "log", "qqq": "minus_log"}
    asked = {
        **settings,
        "components": components,
        "scale_from": "2010-01-04",
        "scale_min_count": count,
    }
    known = compute(real_panel, asked, ["composite_10"])["composite_10"].loc["2010-01-04":]
    assert known.notna().to_numpy().argmax() == count + 10


def test_the_composite_before_bitcoin_rests_on_the_other_components(real_panel, real_features):
    early = real_features.loc["2008-10-15", ["composite_10", "composite_scale"]]
    assert real_panel.loc["2008-10-15", "btc"] != real_panel.loc["2008-10-15", "btc"]
    assert early.notna().all()


def test_the_implied_scale_is_that_of_a_portfolio(real_features, real_panel, settings):
    """Constant volatility: the implied scale is near that of the composite itself."""
    calm = slice("2016-06-01", "2017-12-29")
    implied = np.exp(real_features.loc[calm, "composite_scale"]).mean()
    realised = np.sqrt((real_features.loc[calm, "composite_1"] ** 2).mean())
    assert implied == pytest.approx(realised, rel=0.1)


def test_semideviation_tells_large_tightening_from_large_easing(real_features):
    assert real_features.at["2020-03-18", "composite_semideviation"] > 0.3
    assert real_features.at["2009-04-09", "composite_semideviation"] < 0.0


def test_rms_of_the_composite(real_features):
    ten = real_features.loc[:DAY, "composite_10"].tail(252)
    expected = np.sqrt((ten**2).mean())
    assert real_features.at[DAY, "composite_rms_252"] == pytest.approx(expected)


def test_a_credit_component_of_two_funds(real_panel, settings):
    components = {"vix": "log", "hyg/ief": "minus_log"}
    values = compute(real_panel, {**settings, "components": components}, ["composite_5"])[
        "composite_5"
    ]
    level = pd.DataFrame(
        {"vix": np.log(real_panel["vix"]), "credit": np.log(real_panel["ief"] / real_panel["hyg"])}
    ).loc[:DAY]
    scale = level.diff().iloc[:-5].std() * np.sqrt(5)
    expected = ((level.iloc[-1] - level.iloc[-6]) / scale).mean()
    assert values.at[DAY] == pytest.approx(expected)
