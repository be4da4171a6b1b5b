"""Rates on real rows, against plain arithmetic."""

import numpy as np
import pytest

DAY = "2022-06-14"


@pytest.mark.parametrize(
    ("feature", "series", "sessions"),
    [
        ("real10y_change_10", "real10y", 10),
        ("us2y_change_21", "us2y", 21),
        ("us10y_change_21", "us10y", 21),
        ("breakeven10y_change_21", "breakeven10y", 21),
        ("fed_funds_change_252", "fed_funds", 252),
    ],
)
def test_changes_in_percentage_points(feature, series, sessions, real_panel, real_features):
    yields = real_panel[series].loc[:DAY]
    expected = yields.iloc[-1] - yields.iloc[-1 - sessions]
    assert real_features.at[DAY, feature] == pytest.approx(expected)


def test_repricing_is_the_change_over_its_own_volatility(real_panel, real_features):
    two_year = real_panel["us2y"].loc[:DAY]
    volatility = two_year.diff().iloc[-252:].std() * np.sqrt(63)
    expected = (two_year.iloc[-1] - two_year.iloc[-64]) / volatility
    assert real_features.at[DAY, "us2y_repricing_63"] == pytest.approx(expected)


def test_a_jump_moves_the_fast_repricing_more_than_the_slow(real_features):
    """13 March 2023: the 2-year yield fell by some 0.6 points, the most since 1987."""
    row = real_features.loc["2023-03-13"]
    assert row["us2y_repricing_1"] < -4
    assert abs(row["us2y_repricing_1"]) > abs(row["us2y_repricing_63"])


def test_slopes_carry_the_sign_of_the_field(real_panel, real_features):
    row, inverted = real_panel.loc["2023-07-03"], real_features.loc["2023-07-03"]
    assert inverted["slope_2s10s"] == pytest.approx(row["us10y"] - row["us2y"])
    assert inverted["slope_2s10s"] < -1.0
    assert inverted["slope_2y3m"] == pytest.approx(row["us2y"] - row["us3m"])
    assert inverted["slope_2y_fed_funds"] == pytest.approx(row["us2y"] - row["fed_funds"])


def test_liquidity_parts_add_up_to_what_is_left_for_the_market(real_features):
    row = real_features.loc["2021-09-15"]
    for weeks in (20, 65):
        parts = (
            row[f"fed_assets_change_{weeks}"]
            - row[f"treasury_account_change_{weeks}"]
            - row[f"reverse_repo_change_{weeks}"]
        )
        assert row[f"net_liquidity_change_{weeks}"] == pytest.approx(parts)


def test_reverse_repo_is_brought_to_the_unit_of_assets(real_panel, real_features):
    repo, assets = real_panel["reverse_repo"].loc[:DAY], real_panel["fed_assets"].loc[:DAY]
    expected = 1000.0 * (repo.iloc[-1] - repo.iloc[-66]) / assets.iloc[-1]
    assert real_features.at[DAY, "reverse_repo_change_65"] == pytest.approx(expected)
    assert abs(expected) < 0.2
