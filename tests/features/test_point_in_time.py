"""No feature reads the future, and each needs exactly the window that it declares."""

from collections import defaultdict

import pandas as pd
import pytest

from features.engine.declaration import LONGEST_RULE
from features.engine.inputs import Inputs
from features.registry import compute, select

DATES = ("2009-03-09", "2020-03-16", "2024-08-05")


def assert_same(left: pd.Series, right: pd.Series) -> None:
    """Equal to the last bit; missing equals missing."""
    different = ~((left == right) | (left.isna() & right.isna()))
    assert not different.any(), f"differ: {pd.DataFrame({'tail': left, 'full': right})[different]}"


def from_tails(panel, settings, row):
    """Each windowed feature at one row, from the rows that it declares and running statistics."""
    whole = Inputs(panel.iloc[: row + 1], settings)
    by_window = defaultdict(list)
    for feature in select():
        if feature.window is not None:
            by_window[feature.window].append(feature)
    values = [whole.tail(window).frame(features).iloc[-1] for window, features in by_window.items()]
    return pd.concat(values)


@pytest.mark.parametrize("date", DATES)
def test_a_real_session_from_its_tail_is_that_of_the_whole_history(
    date, real_panel, real_features, settings
):
    row = real_panel.index.get_loc(date)
    tail = from_tails(real_panel, settings, row)
    assert_same(tail, real_features[tail.index].iloc[row])


@pytest.mark.parametrize("row", [260, 701, 905, 1249])
@pytest.mark.slow
def test_a_random_session_from_its_tail_is_that_of_the_whole_history(row, random_panel, settings):
    tail = from_tails(random_panel, settings, row)
    assert_same(tail, compute(random_panel, settings, tail.index).iloc[row])


def test_windows_allow_for_the_longest_rules(random_panel, settings):
    """A setting in sessions may be raised to its limit and the declared window still holds."""
    longest = {name: LONGEST_RULE for name in settings if name.endswith("_sessions")}
    tail = from_tails(random_panel, {**settings, **longest}, 1249)
    whole = compute(random_panel, {**settings, **longest}, tail.index)
    assert_same(tail, whole.iloc[1249])


def test_cutting_the_future_off_leaves_every_row_of_the_past(real_panel, real_features, settings):
    cut = compute(real_panel.loc[:"2019-05-05"], settings)
    assert_same(cut.stack(), real_features.loc[:"2019-05-05"].stack())


def test_scrambling_the_future_leaves_every_row_of_the_past(random_panel, settings):
    future = random_panel.iloc[800:].sample(frac=1.0, random_state=5)
    scrambled = random_panel.copy()
    scrambled.iloc[800:] = future.to_numpy()
    whole, other = (compute(panel, settings) for panel in (random_panel, scrambled))
    assert_same(other.iloc[:800].stack(), whole.iloc[:800].stack())
    assert not other.iloc[800:].equals(whole.iloc[800:])


def test_restated_adjusted_prices_change_nothing(random_panel, settings):
    """A dividend rescales a fund's whole adjusted history, so only ratios may be used."""
    funds = ["spy", "qqq", "smh", "igv", "rsp", "xlk", "xlp", "xlu", "xlv", "gdx", "gld", "hyg"]
    funds += ["ief", "tlt", "lqd", "eem", "uso", *random_panel.filter(regex=r"^members\.")]
    restated = random_panel.copy()
    restated[funds] *= 0.93
    pd.testing.assert_frame_equal(
        compute(restated, settings), compute(random_panel, settings), rtol=1e-7, atol=1e-9
    )


def test_every_feature_has_a_value_where_its_inputs_do(random_panel, settings):
    late = compute(random_panel, settings).iloc[-150:]
    assert not late.columns[late.isna().all()].tolist()
