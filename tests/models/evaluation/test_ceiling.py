"""The ceiling of a window without a seen half, and how it is told from models."""

import numpy as np
import pandas as pd

from models.evaluation.ceiling import CEILING, IS_MODEL, KNOWS, flagged, half_year_shares, models_of
from models.scenarios import Window


def test_each_half_year_has_its_own_shares_on_every_session_of_it():
    sessions = pd.DatetimeIndex(["2020-01-02", "2020-06-30", "2020-07-01", "2020-12-31"])
    shares = half_year_shares(sessions, np.array([0, 1, 2, 2]))
    np.testing.assert_array_equal(shares[:2], [[0.5, 0.5, 0.0]] * 2)
    np.testing.assert_array_equal(shares[2:], [[0.0, 0.0, 1.0]] * 2)


def test_the_ceiling_says_what_it_is_and_is_no_model():
    ceiling = flagged({"log_loss_skill": 0.4}, Window("now", back=5, ahead=5))
    assert ceiling[IS_MODEL] is False
    assert "seen half" in ceiling[KNOWS]
    assert "half-year" in flagged({}, Window("ahead", back=0, ahead=10))[KNOWS]
    models = {"pool": {"log_loss_skill": 0.3}, CEILING: ceiling}
    assert list(models_of(models)) == ["pool"]
