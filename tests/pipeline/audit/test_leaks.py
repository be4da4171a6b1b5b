"""Leaks that are switched on say nothing but their price."""

import warnings

import numpy as np
import pytest

from models.forecasting.problem import Problem
from pipeline.aligning.clock import Clock
from pipeline.aligning.panel import build_observed
from pipeline.audit.leaks import Honest, back_filled, unpurged_folds
from pipeline.audit.replay import replay_features
from pipeline.training.labels import label_sessions
from pipeline.training.problems import make_problems


@pytest.fixture
def honest(market, settings, few_features) -> Honest:
    made = replay_features(market, settings)
    labels = label_sessions(build_observed(market.raw, Clock(market.sessions)), settings.scenarios)
    features = made["features"].assign(state_0=0.5, state_1=0.5)
    problems = tuple(make_problems(settings, features, labels))
    return Honest(market, made["panel"], made["features"], problems, settings)


def test_numbers_beyond_all_bounds_are_not_warned_of_at_every_refit(honest, monkeypatch) -> None:
    monkeypatch.setattr(Problem, "forecast", lambda *_: np.square(np.array([1e200])))
    fold = honest.problems[0].folds[0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isinf(back_filled(honest)[0].forecast(fold)).all()
    with pytest.warns(RuntimeWarning, match="overflow"):
        unpurged_folds(honest)[0].forecast(fold)
