import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import special

from models.forecasting.linear import linear, location_and_spread, softmax, standardise

scores = hnp.arrays(float, (4, 3), elements=st.floats(-700, 700))


@given(scores)
def test_softmax_is_that_of_scipy(values: np.ndarray):
    np.testing.assert_allclose(softmax(values), special.softmax(values, axis=1), atol=1e-15)


def test_linear_is_a_matrix_product_whose_rows_do_not_know_each_other():
    rng = np.random.default_rng(0)
    values, slopes, start = rng.standard_normal((200, 9)), rng.standard_normal((3, 9)), np.ones(3)
    whole = linear(values, slopes, start)
    np.testing.assert_allclose(whole, values @ slopes.T + 1.0, atol=1e-12)
    for row in (0, 3, 199):
        np.testing.assert_array_equal(linear(values[row : row + 1], slopes, start)[0], whole[row])


def test_mean_and_spread_leave_out_missing_values():
    values = np.array([[1.0, 5.0, np.nan], [3.0, 5.0, np.nan], [np.nan, 5.0, np.nan]])
    centre, spread = location_and_spread(values)
    np.testing.assert_allclose(centre, [2.0, 5.0, 0.0])
    np.testing.assert_allclose(spread, [1.0, np.inf, np.inf])


def test_standardised_values_are_clipped_and_missing_ones_at_the_mean():
    values = np.array([[10.0, np.nan, 7.0], [-10.0, 1.5, np.nan]])
    centre, spread = np.array([0.0, 1.0, 0.0]), np.array([1.0, 0.5, np.inf])
    scaled = standardise(values, centre, spread, clip=3.0)
    np.testing.assert_array_equal(scaled, [[3.0, 0.0, 0.0], [-3.0, 1.0, 0.0]])
