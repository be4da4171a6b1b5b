"""Correlation, beta, absorption and turbulence, against numpy and scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from sklearn.covariance import EmpiricalCovariance
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression

from features.registry import compute

DAY = "2020-03-16"
SHOCK = "2024-08-05"
ASSETS = ["spy", "qqq", "eem", "tlt", "lqd", "dxy", "gld", "uso", "btc"]


@pytest.fixture(scope="module")
def returns(real_panel):
    return np.log(real_panel[[*ASSETS, "gdx"]]).diff()


def test_correlations_are_those_of_numpy(returns, real_features):
    for other in ("spy", "qqq"):
        for sessions in (20, 60):
            pair = returns[["btc", other]].loc[:DAY].tail(sessions)
            expected = np.corrcoef(pair.to_numpy().T)[0, 1]
            found = real_features.at[DAY, f"btc_{other}_correlation_{sessions}"]
            assert found == pytest.approx(expected)


def test_one_day_of_shock_moves_the_fast_correlation_most(real_features):
    before, on = (real_features.iloc[real_features.index.get_loc(SHOCK) + lag] for lag in (-1, 0))
    names = [f"btc_spy_correlation_{speed}" for speed in ("fast", "20", "60")]
    fast, middle, slow = (on[names] - before[names]).tolist()
    assert fast > middle > slow > 0.0
    assert on["btc_spy_correlation_fast"] > 0.7


def test_compression_and_bands(real_features, settings):
    row, earlier = real_features.loc[DAY], real_features.shift(60).loc[DAY]
    compression = row["btc_spy_correlation_60"] - earlier["btc_spy_correlation_60"]
    assert row["btc_spy_compression"] == pytest.approx(compression)
    low, high = settings["stress_correlation_band"]
    expected = np.clip((real_features["btc_spy_correlation_20"] - low) / (high - low), 0, 1)
    pd.testing.assert_series_equal(
        real_features["btc_spy_stress_position"], expected, check_names=False
    )
    low, high = settings["nasdaq_correlation_band"]
    slow, beyond = (
        real_features.loc["2015":, name]
        for name in ("btc_qqq_correlation_60", "btc_qqq_correlation_beyond_band")
    )
    assert (beyond[slow < low] < 0).all()
    assert (beyond[slow.between(low, high)] == 0).all()
    assert (beyond[slow > high] > 0).all()


@pytest.mark.parametrize(("feature", "asset"), [("btc_beta_63", "btc"), ("miners_beta_63", "gdx")])
def test_beta_is_the_slope_of_a_regression(feature, asset, returns, real_features):
    window = returns.loc[:DAY].tail(63)
    slope = LinearRegression().fit(window[["qqq"]], window[asset]).coef_[0]
    assert real_features.at[DAY, feature] == pytest.approx(slope)


def test_the_stress_gap_is_between_two_regressions(real_panel, returns, real_features, settings):
    year = returns.loc[:"2022-12-30"].tail(252)
    stressed = real_panel["vix"].reindex(year.index) > settings["stress_vix"]
    slopes = [
        LinearRegression().fit(year.loc[days, ["qqq"]], year.loc[days, "btc"]).coef_[0]
        for days in (stressed, ~stressed)
    ]
    found = real_features.at["2022-12-30", "btc_stress_beta_gap"]
    assert found == pytest.approx(slopes[0] - slopes[1])


@pytest.mark.parametrize("sessions", [21, 63])
def test_mean_pairwise_correlation_of_the_set(sessions, returns, real_features):
    matrix = np.corrcoef(returns[ASSETS].loc[:DAY].tail(sessions).to_numpy().T)
    expected = matrix[np.triu_indices(len(ASSETS), 1)].mean()
    found = real_features.at[DAY, f"cross_asset_correlation_{sessions}"]
    assert found == pytest.approx(expected)


def test_mean_pairwise_correlation_of_members(real_panel, real_features):
    prices = real_panel.filter(regex=r"^members\.").loc[:DAY]
    inside = real_panel.loc[DAY].filter(regex=r"^in_tech\.").to_numpy() == 1
    window = np.log(prices).diff().tail(21).loc[:, inside].dropna(axis=1)
    matrix = np.corrcoef(window.to_numpy().T)
    expected = matrix[np.triu_indices(len(matrix), 1)].mean()
    assert real_features.at[DAY, "tech_correlation_21"] == pytest.approx(expected)
    assert expected > 0.7


def test_turbulence_is_the_distance_from_the_year_before(returns, real_features):
    row = returns.index.get_loc(DAY)
    before, today = returns[ASSETS].iloc[row - 252 : row], returns[ASSETS].iloc[[row]]
    year = EmpiricalCovariance().fit(before.to_numpy())
    unbiased = year.mahalanobis(today.to_numpy())[0] * 251 / 252
    assert real_features.at[DAY, "turbulence_1"] == pytest.approx(unbiased / len(ASSETS))


def test_turbulence_before_bitcoin_is_of_the_assets_there_were(returns, real_features):
    row = returns.index.get_loc("2008-10-15")
    before, today = (returns[ASSETS[:-1]].iloc[rows] for rows in (slice(row - 252, row), [row]))
    year = EmpiricalCovariance().fit(before.to_numpy())
    unbiased = year.mahalanobis(today.to_numpy())[0] * 251 / 252
    assert real_features.at["2008-10-15", "turbulence_1"] == pytest.approx(unbiased / 8)


def test_absorption_is_the_variance_of_the_first_components(returns, real_features):
    year = returns[ASSETS].loc[:DAY].tail(252)
    standard = (year - year.mean()) / year.std()
    explained = PCA().fit(standard.to_numpy()).explained_variance_ratio_
    assert real_features.at[DAY, "absorption_ratio_252"] == pytest.approx(explained[:2].sum())


def test_absorption_shift_is_standardised(real_features):
    ratios = real_features["absorption_ratio_252"].loc[:DAY].tail(252)
    expected = (ratios.tail(15).mean() - ratios.mean()) / ratios.std()
    assert real_features.at[DAY, "absorption_shift"] == pytest.approx(expected)


def test_one_asset_twice_is_no_division_by_zero(random_panel, settings):
    panel = random_panel.copy()
    panel["qqq"] = panel["spy"]
    values = compute(panel, settings, ["turbulence_1", "absorption_ratio_252"])
    assert values.iloc[-1].notna().all()
    assert values["turbulence_1"].iloc[-100:].max() < 1e6


def test_the_single_book_needs_all_three(real_features):
    parts = real_features[["dollar_persistent_flag", "btc_expansion_falling_flag"]] == 1
    rising = real_features["spy_realised_5_over_63"] > 0
    known = real_features["single_book_flag"].dropna()
    expected = (parts.all(axis=1) & rising)[known.index]
    assert (known == expected).all()
    assert 0 < known.sum() < 0.1 * len(known)
