"""Realised and implied volatility, and the volatility-target book."""

import numpy as np
import pandas as pd
import pytest

from features.registry import compute

DAY = "2024-08-05"


@pytest.mark.parametrize("asset", ["spy", "qqq", "btc"])
@pytest.mark.parametrize("sessions", [5, 21, 63])
def test_realised_volatility_is_annual(asset, sessions, real_panel, real_features):
    returns = np.log(real_panel[asset].loc[:DAY]).diff().tail(sessions)
    expected = np.sqrt((returns**2).mean() * 252)
    assert real_features.at[DAY, f"{asset}_realised_{sessions}"] == pytest.approx(expected)


def test_ratios_of_realised_volatility(real_features):
    row = real_features.loc[DAY]
    for asset in ("spy", "btc"):
        expected = np.log(row[f"{asset}_realised_5"] / row[f"{asset}_realised_63"])
        assert row[f"{asset}_realised_5_over_63"] == pytest.approx(expected)
    expected = np.log(row["btc_realised_21"] / row["qqq_realised_21"])
    assert row["btc_over_qqq_realised_21"] == pytest.approx(expected)


def test_vix_against_its_past_and_against_realised(real_panel, real_features):
    vix, row = real_panel["vix"].loc[:DAY], real_features.loc[DAY]
    log_vix = np.log(vix)
    assert row["log_vix"] == pytest.approx(log_vix.iloc[-1])
    assert row["vix_log_gap"] == pytest.approx(log_vix.iloc[-1] - log_vix.mean())
    year = vix.tail(252)
    assert row["vix_zscore_252"] == pytest.approx((year.iloc[-1] - year.mean()) / year.std())
    assert row["vix_over_low_63"] == pytest.approx(np.log(vix.iloc[-1] / vix.tail(63).min()))
    returns = np.log(real_panel["spy"].loc[:DAY]).diff().tail(21)
    realised = 100.0 * np.sqrt((returns**2).mean() * 252)
    assert row["vix_over_realised_21"] == pytest.approx(np.log(vix.iloc[-1] / realised))


def test_the_term_structure_inverts_on_5_august_2024(real_panel, real_features):
    market, row = real_panel.loc[DAY], real_features.loc[DAY]
    assert row["vix9d_over_vix"] == pytest.approx(np.log(market["vix9d"] / market["vix"]))
    assert row["vix_over_vix3m"] == pytest.approx(np.log(market["vix"] / market["vix3m"]))
    assert row["vix_over_vix3m"] > 0.0
    assert row["move_over_vix"] == pytest.approx(np.log(market["move"] / market["vix"]))
    assert row["vix_change_1"] > 0.3


def test_options_against_their_own_past(real_panel, real_features):
    history, row = real_panel.loc[:DAY], real_features.loc[DAY]
    for series in ("vvix", "skew"):
        year = history[series].tail(252)
        expected = (year.iloc[-1] - year.mean()) / year.std()
        assert row[f"{series}_zscore_252"] == pytest.approx(expected)
    assert row["put_call_mean_5"] == pytest.approx(history["put_call"].tail(5).mean())
    move = np.log(history["move"])
    assert row["move_change_21"] == pytest.approx(move.iloc[-1] - move.iloc[-22])


def test_a_target_book_cuts_when_volatility_jumps(settings):
    """Twice the volatility halves the book; a quiet market is held at the cap."""
    sessions = pd.bdate_range("2024-01-01", periods=90, name="session")
    size = np.where(np.arange(90) < 63, 0.02, 0.04)
    steps = size * np.where(np.arange(90) % 2, 1.0, -1.0)
    panel = pd.DataFrame({"spy": 100.0 * np.exp(steps.cumsum())}, index=sessions)
    book = compute(panel, settings, ["vol_target_exposure", "vol_target_pressure"])
    exposure = settings["vol_target"] / (0.02 * np.sqrt(252))
    assert book["vol_target_exposure"].iloc[60] == pytest.approx(exposure)
    assert book["vol_target_exposure"].iloc[-1] == pytest.approx(exposure / 2)
    assert book["vol_target_pressure"].iloc[60] == pytest.approx(0.0)
    cut = book["vol_target_exposure"].iloc[62] - book["vol_target_exposure"].iloc[67]
    assert book["vol_target_pressure"].iloc[67] == pytest.approx(cut)
    assert cut > 0.0
    panel["spy"] = 100.0 + np.arange(90) % 2 * 0.001
    quiet = compute(panel, settings, ["vol_target_exposure"]).iloc[-1, 0]
    assert quiet == settings["vol_target_max_exposure"]
