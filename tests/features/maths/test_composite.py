"""The composite of components, by hand."""

import numpy as np
import pandas as pd
import pytest

from features.maths.composite import (
    component_levels,
    component_moves,
    component_scale,
    composite,
    series_of,
)


@pytest.fixture
def market():
    generator = np.random.default_rng(11)
    steps = generator.normal(size=(400, 4)) * [0.05, 0.01, 0.01, 0.01]
    walks = steps.cumsum(axis=0)
    frame = pd.DataFrame(walks, columns=["yields", "vix", "hyg", "ief"])
    frame[["vix", "hyg", "ief"]] = np.exp(frame[["vix", "hyg", "ief"]])
    return frame


def test_levels_rise_when_conditions_tighten(market):
    levels = component_levels(market, {"yields": "change", "vix": "log", "hyg/ief": "minus_log"})
    np.testing.assert_allclose(levels["yields"], market["yields"])
    np.testing.assert_allclose(levels["vix"], np.log(market["vix"]))
    np.testing.assert_allclose(levels["hyg/ief"], np.log(market["ief"] / market["hyg"]))


def test_a_quotient_component_reads_both_its_series():
    assert series_of({"vix": "log", "hyg/ief": "minus_log"}) == ("vix", "hyg", "ief")


def test_a_move_is_scaled_by_changes_up_to_its_start(market):
    levels = component_levels(market, {"yields": "change"})
    move = component_moves(levels, 10, component_scale(levels, 100))["yields"].iloc[300]
    before = market["yields"].iloc[:291].diff().std()
    moved = market["yields"].iloc[300] - market["yields"].iloc[290]
    assert move == pytest.approx(moved / (before * 10**0.5))


def test_no_move_before_the_scale_is_known(market):
    levels = component_levels(market, {"yields": "change"})
    moves = component_moves(levels, 5, component_scale(levels, 100))["yields"]
    assert moves.first_valid_index() == 105


def test_the_composite_is_the_mean_of_the_components_that_exist():
    moves = pd.DataFrame({"a": [1.0, np.nan], "b": [3.0, 4.0], "c": [np.nan, np.nan]})
    assert composite(moves).tolist() == [2.0, 4.0]
    assert composite(moves[["c"]]).isna().all()
