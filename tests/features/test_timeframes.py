"""Trends: a close against its mean, over sessions and over bars within a day."""

import numpy as np
import pandas as pd
import pytest

from features.registry import FeatureError, compute

BARS = ("btc_4h", "btc_1h", "es_4h", "es_1h")
SETTINGS = {f"{name}_trend_bars": 3 if "4h" in name else 2 for name in BARS}


def panel(*closes: float) -> pd.DataFrame:
    """One session whose last closes within a day are these, newest first."""
    index = pd.DatetimeIndex(["2024-01-05"], name="session")
    names = [f"{name}.back_{back}" for name in BARS for back in range(len(closes))]
    return pd.DataFrame([len(BARS) * closes], index, names)


def test_a_daily_trend_is_the_close_over_its_mean(random_panel, settings):
    trends = compute(random_panel, settings, ["spy_trend_5", "btc_trend_21"]).iloc[-1]
    spy, btc = random_panel["spy"].tail(5), random_panel["btc"].tail(21)
    assert trends["spy_trend_5"] == pytest.approx(np.log(spy.iloc[-1] / spy.mean()))
    assert trends["btc_trend_21"] == pytest.approx(np.log(btc.iloc[-1] / btc.mean()))


def test_an_intraday_trend_is_the_newest_close_over_the_mean_of_as_many_bars():
    # Uneven steps, so that a trend of other bars has another value.
    trends = [f"{name}_trend" for name in BARS]
    made = compute(panel(40.0, 20.0, 25.0, 900.0), SETTINGS, trends).iloc[0]
    for market in ("btc", "es"):
        assert made[f"{market}_4h_trend"] == pytest.approx(np.log(40 * 3 / 85))
        assert made[f"{market}_1h_trend"] == pytest.approx(np.log(40 / 30))


def test_a_session_without_a_fresh_bar_has_no_intraday_trend():
    assert (
        compute(panel(np.nan, np.nan, np.nan), SETTINGS, ["btc_4h_trend", "es_1h_trend"])
        .isna()
        .all(axis=None)
    )


@pytest.mark.parametrize("bars", [0, 4, 2.5, "3"])
def test_bars_that_the_panel_does_not_hold_are_refused(bars):
    with pytest.raises(FeatureError, match="from 1 to 3"):
        compute(panel(1.0, 2.0, 3.0), SETTINGS | {"btc_4h_trend_bars": bars}, ["btc_4h_trend"])
