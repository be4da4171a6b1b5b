import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.simulation.randomness import heavy_tailed, stream


def test_same_name_and_seed_give_the_same_draws():
    assert stream(3, "rates").random() == stream(3, "rates").random()


@pytest.mark.parametrize(("seed", "name"), [(3, "dollar"), (4, "rates")])
def test_another_name_or_seed_gives_other_draws(seed, name):
    assert stream(3, "rates").random() != stream(seed, name).random()


@given(short=st.integers(1, 40), more=st.integers(0, 40), columns=st.integers(1, 7))
def test_fewer_rows_are_the_first_rows_of_more(short, more, columns):
    long = heavy_tailed(stream(1, "a"), (short + more, columns))
    np.testing.assert_array_equal(heavy_tailed(stream(1, "a"), (short, columns)), long[:short])


def test_heavy_tails_have_unit_variance_and_more_extremes_than_a_bell_curve():
    draws = heavy_tailed(stream(1, "a"), 200_000, 5.0)
    assert draws.std() == pytest.approx(1.0, abs=0.02)
    assert (np.abs(draws) > 4.0).mean() > 20 * 6.3e-5  # a normal exceeds 4 with chance 6.3e-5
    assert np.abs(draws).max() <= 6.0
