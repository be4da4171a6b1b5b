import numpy as np
import pandas as pd
import pytest

from models.forecasting.counts import TableForecaster, one_hot, shares
from models.forecasting.fitted import Array
from models.scenarios import Window


class Halves(TableForecaster):
    """Classes given by two columns, as they are."""

    def weights(self, features: pd.DataFrame) -> Array:
        return features.to_numpy(dtype=float)


def halves(pseudo_rows: float) -> Halves:
    features = pd.DataFrame([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0], [np.nan, 0.0]])
    outcomes = pd.DataFrame({"code": [0, 1, 2, 0]})
    return Halves(Window("ahead", 0, 10), (), pseudo_rows).fit(features, outcomes)


def test_table_by_hand():
    proba = halves(0.0).predict_proba(pd.DataFrame([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]))
    np.testing.assert_allclose(proba[0], [2 / 3, 1 / 3, 0.0])
    np.testing.assert_allclose(proba[1], [0.0, 1 / 3, 2 / 3])
    np.testing.assert_allclose(proba[2], [1 / 3, 1 / 3, 1 / 3])


def test_row_that_is_unknown_in_part_counts_for_climatology_alone():
    proba = halves(5.0).predict_proba(pd.DataFrame([[np.nan, 1.0]]))
    np.testing.assert_allclose(proba, [[0.5, 0.25, 0.25]])


def test_one_hot_leaves_unknown_classes_missing():
    np.testing.assert_array_equal(
        one_hot(np.array([1, -1, 0]), 2), [[0.0, 1.0], [np.nan, np.nan], [1.0, 0.0]]
    )


def test_shares_hold_scenarios_that_never_came():
    np.testing.assert_allclose(shares(np.array([0, 0, 2, 0])), [0.75, 0.0, 0.25])


def test_shares_of_nothing_are_refused():
    with pytest.raises(ValueError, match="no training row"):
        shares(np.array([], dtype=np.int64))
