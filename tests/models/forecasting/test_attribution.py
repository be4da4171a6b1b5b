import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from models.forecasting.attribution import against_others, by_driver
from models.forecasting.linear import softmax
from models.forecasting.pool import pool

DRIVERS = {"slope": "rates", "repricing": "rates", "vix": "volatility"}
terms = hnp.arrays(float, (4, 3), elements=st.floats(-2, 2))


def test_columns_of_a_driver_add_up_and_members_average():
    first = {"slope": np.array([[0.0, 1.0, 0.0]]), "repricing": np.array([[0.0, 2.0, 0.0]])}
    second = {"vix": np.array([[-4.0, 0.0, 4.0]])}
    drivers = by_driver({"logit": first, "trees": second}, DRIVERS)
    np.testing.assert_allclose(drivers["rates"], [[-0.75, 1.5, -0.75]])
    np.testing.assert_allclose(drivers["volatility"], [[-3.0, 0.0, 3.0]])


def test_strongest_driver_comes_first():
    weak, strong = np.array([[0.1, 0.0, 0.0]]), np.array([[0.0, 0.0, -3.0]])
    assert list(by_driver({"logit": {"slope": weak, "vix": strong}}, DRIVERS)) == [
        "volatility",
        "rates",
    ]


def test_member_without_terms_dilutes_the_others():
    term = np.array([[0.0, 3.0, 0.0]])
    alone = by_driver({"logit": {"vix": term}}, DRIVERS)["volatility"]
    beside = by_driver({"logit": {"vix": term}, "states": None}, DRIVERS)["volatility"]
    np.testing.assert_allclose(beside, alone / 2)


@given(terms, terms, terms)
def test_drivers_add_up_to_the_log_odds_of_the_pool(
    slope: np.ndarray, repricing: np.ndarray, vix: np.ndarray
):
    members = {"one": {"slope": slope, "vix": vix}, "two": {"repricing": repricing}}
    pooled = pool([softmax(slope + vix), softmax(repricing)])
    total = sum(by_driver(members, DRIVERS).values())
    np.testing.assert_allclose(total, against_others(np.log(pooled)), atol=1e-9)


def test_column_without_a_driver_is_named():
    with pytest.raises(ValueError, match="'moon' of member 'logit'"):
        by_driver({"logit": {"moon": np.zeros((1, 3))}}, DRIVERS)
