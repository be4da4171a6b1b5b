"""Leaks that are switched on say nothing but their price."""

import warnings

import numpy as np
import pytest

from models.forecasting.problem import Problem
from pipeline.audit.leaks import Honest, back_filled, unpurged_folds
from pipeline.training.problems import make_problems


@pytest.fixture
def honest(published) -> Honest:
    problems = make_problems(published.settings, published.inputs, published.labels)
    tables = (published.market, published.panel, published.features)
    return Honest(*tables, tuple(problems), published.settings)


def test_numbers_beyond_all_bounds_are_not_warned_of_at_every_refit(honest, monkeypatch) -> None:
    monkeypatch.setattr(Problem, "forecast", lambda *_: np.square(np.array([1e200])))
    fold = honest.problems[0].folds[0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isinf(back_filled(honest)[0].forecast(fold)).all()
    with pytest.warns(RuntimeWarning, match="overflow"):
        unpurged_folds(honest)[0].forecast(fold)
