"""The composite as of tonight, against least squares and the label's own arithmetic."""

import numpy as np
import pandas as pd
import pytest

from features.conditions.nowcast import expected_change
from features.maths.composite import component_moves, component_scale
from features.registry import compute

COMPONENTS = {"real10y": "change", "hy_oas": "change", "vix": "log", "qqq": "minus_log"}
SETTINGS = {"components": COMPONENTS, "scale_from": "2015-01-01", "scale_min_count": 252}


def happened(rows: int = 900) -> pd.DataFrame:
    """A market by the day it describes, in which funds tell yields and spreads without error."""
    rng = np.random.default_rng(3)
    sessions = pd.bdate_range("2015-01-01", periods=rows, name="session")
    tip, ief, hyg, qqq, vix = 0.01 * rng.standard_normal((5, rows))
    logs = {"tip": tip, "ief": ief, "hyg": hyg, "qqq": qqq, "vix": vix}
    market = pd.DataFrame({k: 20 * np.exp(v.cumsum()) for k, v in logs.items()}, sessions)
    market["real10y"] = 2 + (-8.0 * tip + 3.0 * ief).cumsum()
    before = pd.Series(hyg).shift(1).fillna(0.0).to_numpy()
    market["hy_oas"] = 40 + (-9.0 * hyg + 4.0 * ief - 5.0 * before).cumsum()
    return market


def published(market: pd.DataFrame) -> pd.DataFrame:
    """What the evening knows: yields and spreads of the session before."""
    panel = market.assign(real10y=market["real10y"].shift(1), hy_oas=market["hy_oas"].shift(1))
    return panel.assign(**{"real10y.age": 1.0, "hy_oas.age": 1.0})


@pytest.fixture(scope="module")
def market() -> pd.DataFrame:
    return happened()


def test_expected_change_is_least_squares_on_the_last_252_published_pairs():
    rng = np.random.default_rng(8)
    clues = pd.DataFrame(rng.standard_normal((400, 2)), columns=["a", "b"])
    told = pd.Series(clues["a"] - 0.5 * clues["b"] + rng.standard_normal(400)).shift(1)
    past, late = clues.to_numpy()[147:399], told.to_numpy()[148:400]
    slopes = np.linalg.lstsq(past, late)[0]
    expected = clues.to_numpy()[-1] @ slopes
    assert expected_change(told, clues).iloc[-1] == pytest.approx(expected, rel=1e-9)


def test_clues_that_tell_the_same_give_no_expectation():
    clue = pd.Series(np.random.default_rng(1).standard_normal(400))
    clues = pd.DataFrame({"a": clue, "b": 2.0 * clue})
    assert expected_change(clue.shift(1), clues).isna().all()


@pytest.mark.parametrize("series", ["real10y", "hy_oas"])
def test_todays_change_is_told_before_it_is_published(market: pd.DataFrame, series: str):
    name = f"{series}_expected_change"
    told = compute(published(market), SETTINGS, [name])[name]
    np.testing.assert_allclose(told[300:], market[series].diff()[300:], atol=1e-9)


@pytest.mark.parametrize("sessions", [1, 5, 10])
def test_composite_covers_the_sessions_of_the_label(market: pd.DataFrame, sessions: int):
    levels = market[["real10y", "hy_oas"]].assign(
        vix=np.log(market["vix"]), qqq=-np.log(market["qqq"])
    )
    label = component_moves(levels, sessions, component_scale(levels, 252)).mean(axis=1)
    name = f"composite_nowcast_{sessions}"
    known = compute(published(market), SETTINGS, [name])[name]
    np.testing.assert_allclose(known[300:], label[300:], atol=1e-9)


def test_series_that_is_out_the_same_evening_is_taken_as_it_is(market: pd.DataFrame):
    prompt = market.assign(**{"real10y.age": 0.0, "hy_oas.age": 0.0})
    both = compute(prompt, SETTINGS, ["composite_nowcast_5", "composite_5"])
    pd.testing.assert_series_equal(
        both["composite_nowcast_5"], both["composite_5"], check_names=False, rtol=1e-12
    )


def test_a_composite_without_the_late_components_needs_no_funds(market: pd.DataFrame):
    settings = SETTINGS | {"components": {"vix": "log", "qqq": "minus_log"}}
    both = compute(published(market), settings, ["composite_nowcast_5", "composite_5"])
    pd.testing.assert_series_equal(
        both["composite_nowcast_5"], both["composite_5"], check_names=False, rtol=1e-12
    )


def test_vix_is_counted_in_the_labels_own_volatility(market: pd.DataFrame):
    name = "vix_over_label_scale"
    found = compute(published(market), SETTINGS, [name])[name].iloc[-1]
    scale = np.log(market["qqq"]).diff().std()
    assert found == pytest.approx(np.log(market["vix"].iloc[-1] / 100 / np.sqrt(252) / scale))
