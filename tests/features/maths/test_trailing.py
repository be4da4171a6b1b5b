"""Trailing primitives against pandas and numpy, and the last bit of the tail."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from features.errors import FeatureError
from features.maths import trailing
from features.maths.across import within
from features.maths.flags import flag

NUMBERS = st.one_of(st.just(np.nan), st.integers(-10_000, 10_000).map(lambda n: n / 100.0))
SERIES = arrays(float, st.integers(1, 60), elements=NUMBERS).map(pd.Series)
WINDOWS = st.integers(2, 40)

PANDAS = {
    trailing.mean: lambda rolling: rolling.mean(),
    trailing.total: lambda rolling: rolling.sum(),
    trailing.std: lambda rolling: rolling.std(),
    trailing.highest: lambda rolling: rolling.max(),
    trailing.lowest: lambda rolling: rolling.min(),
}


def same(left, right):
    return ((left == right) | (left.isna() & right.isna())).all()


@pytest.mark.parametrize("primitive", PANDAS, ids=lambda primitive: primitive.__name__)
@given(values=SERIES, window=WINDOWS, data=st.data())
def test_a_window_is_what_pandas_says(primitive, values, window, data):
    min_count = data.draw(st.integers(2, window))
    expected = PANDAS[primitive](values.rolling(window, min_periods=min_count))
    np.testing.assert_allclose(primitive(values, window, min_count), expected, atol=1e-6)


@given(left=SERIES, window=WINDOWS, seed=st.integers(0, 99))
def test_covariance_correlation_and_beta_are_those_of_the_pairs(left, window, seed):
    noise = np.random.default_rng(seed).normal(size=len(left))
    left, right = left + noise, pd.Series(noise).mask(noise > 1.5)
    pairs = pd.DataFrame({"left": left, "right": right}).tail(window).dropna()
    assume(len(pairs) > 2)
    matrix = np.cov(pairs.to_numpy().T)
    expected = [matrix[0, 1], matrix[0, 1] / matrix[1, 1], pairs.corr().iloc[0, 1]]
    primitives = (trailing.covariance, trailing.beta, trailing.correlation)
    found = [primitive(left, right, window, 3).iloc[-1] for primitive in primitives]
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-7)


@given(values=SERIES, window=WINDOWS, half_life=st.floats(1.0, 50.0))
def test_the_weighted_mean_is_the_sum_over_its_weights(values, window, half_life):
    result = trailing.ewma(values, half_life, window)
    recent = values.iloc[::-1].iloc[:window].to_numpy()
    weights = 0.5 ** (np.arange(len(recent)) / half_life)
    present = ~np.isnan(recent)
    expected = np.average(recent[present], weights=weights[present]) if present.any() else np.nan
    np.testing.assert_allclose(result.iloc[-1], expected, atol=1e-9)


@pytest.mark.parametrize(
    "primitive",
    [trailing.mean, trailing.total, trailing.std, trailing.zscore, trailing.rms, trailing.drawdown],
    ids=lambda primitive: primitive.__name__,
)
@given(values=SERIES, window=WINDOWS)
def test_the_tail_gives_the_last_bit_of_the_whole(primitive, values, window):
    values = values / 7.0
    assert same(primitive(values.tail(window), window).tail(1), primitive(values, window).tail(1))


@given(condition=st.lists(st.booleans(), min_size=1, max_size=40), most=st.integers(1, 20))
def test_a_streak_counts_back_to_the_last_break(condition, most):
    run = 0
    for held in reversed(condition):
        if not held:
            break
        run += 1
    assert trailing.streak(pd.Series(condition), most).iloc[-1] == min(run, most)


def test_deviation_survives_a_level_that_dwarfs_it():
    generator = np.random.default_rng(1)
    noise = pd.Series(generator.normal(size=300))
    np.testing.assert_allclose(
        trailing.std(noise + 1e9, 252).iloc[-1], noise.tail(252).std(), rtol=1e-6
    )


def test_four_fifths_of_a_window_are_enough_but_a_sum_needs_all():
    values = pd.Series([1.0, np.nan, 3.0, 4.0, 5.0])
    assert trailing.mean(values, 5).iloc[-1] == pytest.approx(13 / 4)
    assert np.isnan(trailing.total(values, 5).iloc[-1])
    assert np.isnan(trailing.mean(values.where(values != 3.0), 5).iloc[-1])


def test_a_table_is_computed_column_by_column():
    table = pd.DataFrame(np.random.default_rng(2).normal(size=(50, 3)), columns=list("abc"))
    for primitive in (trailing.mean, trailing.std, trailing.zscore, trailing.log):
        arguments = () if primitive is trailing.log else (21,)
        for name in table:
            assert same(primitive(table, *arguments)[name], primitive(table[name], *arguments))


def test_logs_and_quotients_are_missing_where_they_have_no_value():
    values = pd.Series([2.0, 0.0, -1.0, 4.0])
    assert trailing.log(values).notna().tolist() == [True, False, False, True]
    assert trailing.ratio(values, values - 2.0).notna().tolist() == [False, True, True, True]
    assert trailing.log_change(values, 3).iloc[-1] == pytest.approx(np.log(2.0))


def test_realised_volatility_is_annual():
    returns = pd.Series([0.01, -0.01] * 11)
    assert trailing.realised_volatility(returns, 21).iloc[-1] == pytest.approx(0.01 * 252**0.5)


def test_a_scaled_change_is_in_its_own_deviations():
    levels = pd.Series(np.random.default_rng(3).normal(size=400)).cumsum()
    scale = levels.diff().tail(252).std() * 21**0.5
    expected = (levels.iloc[-1] - levels.iloc[-22]) / scale
    assert trailing.scaled_change(levels, 21).iloc[-1] == pytest.approx(expected)


SESSIONS = pd.bdate_range("2024-01-01", periods=40, name="session")
HERE = pd.Series(np.random.default_rng(3).normal(size=40), index=SESSIONS)
JOINS = {
    "ratio": trailing.ratio,
    "covariance": lambda left, right: trailing.covariance(left, right, 20),
    "correlation": lambda left, right: trailing.correlation(left, right, 20),
    "beta": lambda left, right: trailing.beta(left, right, 20),
    "flag": lambda left, right: flag(left > 0, right),
    "within": lambda left, right: within(left.to_frame("a"), right.to_frame("a")),
}


@pytest.mark.parametrize("join", JOINS.values(), ids=JOINS)
@pytest.mark.parametrize(
    "other",
    [HERE.shift(1, freq="B"), HERE.iloc[::-1], HERE.iloc[1:], HERE.reset_index(drop=True)],
    ids=["of the next session", "turned round", "shorter", "without sessions"],
)
def test_numbers_of_other_sessions_are_refused(join, other):
    """By place they would give values that belong to no session, of which nobody would know."""
    with pytest.raises(FeatureError, match="give both the same"):
        join(HERE, other)
    join(HERE, HERE.copy())


def test_tables_of_other_columns_are_refused():
    table = pd.DataFrame({"a": HERE, "b": HERE})
    with pytest.raises(FeatureError, match=r"2 columns \(a to b\).* of 2 \(b to a\)"):
        trailing.ratio(table, table[["b", "a"]])
