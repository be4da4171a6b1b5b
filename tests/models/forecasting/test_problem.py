"""What a model is handed holds nothing later than it may know, not even in memory."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest

from models.forecasting.problem import Problem
from models.scenarios import Window
from models.states import fitting
from models.states.fitting import UnsoundFitError
from models.states.schedule import walk_forward
from models.states.settings import StatesSettings
from models.walk_forward import expanding_folds

SESSIONS = pd.bdate_range("2015-01-01", periods=120, name="session")
PLACES = np.arange(120.0)


def latest(frame: pd.DataFrame) -> list[int]:
    """The latest place that the memory behind each array of a frame holds."""
    arrays = [frame[name].to_numpy() for name in frame if name != "label_end"]
    ends = [frame[name].to_numpy() for name in frame if name == "label_end"]
    return [int(np.nanmax(root(each))) for each in arrays] + [
        int(SESSIONS.searchsorted(pd.Timestamp(root(each).max())))
        for each in [*ends, frame.index.to_numpy()]
    ]


def root(array: np.ndarray) -> np.ndarray:
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


@dataclass
class Recorder:
    """Stands for a specification and for the model that it builds."""

    name: str = "recorder"
    context: int = 3
    fitted: list = field(default_factory=list)
    asked: list = field(default_factory=list)

    def build(self, window):
        return self

    def fit(self, features, outcomes):
        self.fitted.append((features, outcomes))
        return self

    def predict_proba(self, features):
        self.asked.append(features)
        return np.full((len(features), 3), 1 / 3)


@pytest.fixture
def problem():
    frame = pd.DataFrame({"a": PLACES, "b": PLACES}, index=SESSIONS)
    ends = pd.Series(SESSIONS, index=SESSIONS).shift(-2)
    outcomes = pd.DataFrame({"code": PLACES, "composite": PLACES, "label_end": ends})
    folds = expanding_folds(SESSIONS, ends, first_test=SESSIONS[60], embargo=2, min_train=1)
    recorder = Recorder()
    return Problem(Window("any", 0, 2), [recorder], [], frame, outcomes, folds, 2, 0.01)


def test_a_fit_cannot_reach_rows_after_its_training_end(problem) -> None:
    for fold in problem.folds:
        problem.forecast(fold)
        features, outcomes = problem.specs[0].fitted[-1]
        assert set(latest(features)) == {fold.train[-1]}
        assert max(latest(outcomes)) <= SESSIONS.get_loc(fold.fit_end) < fold.test[0]


def test_a_forecast_is_asked_with_its_context_and_nothing_later(problem) -> None:
    for fold in problem.folds:
        problem.forecast(fold)
        asked = problem.specs[0].asked[-1]
        assert list(asked) == ["a", "b"]
        assert asked.index[0] == SESSIONS[fold.test[0] - 3]
        assert set(latest(asked)) == {fold.test[-1]}


def test_the_final_fit_keeps_the_embargo(problem) -> None:
    fitted = Problem(**(vars(problem) | {"members": ["recorder"]})).fit()
    features, _ = problem.specs[0].fitted[-1]
    assert fitted.fit_end == SESSIONS[-4]
    assert set(latest(features)) == {len(SESSIONS) - 6}


def test_a_refit_of_the_states_cannot_reach_later_rows(monkeypatch) -> None:
    pasts = []

    def record(past, *_):
        pasts.append(past)
        raise UnsoundFitError((), past.index[-1])

    monkeypatch.setattr(fitting, "fit_states", record)
    observations = pd.DataFrame({"log_vix": PLACES}, index=SESSIONS)
    with pytest.raises(ValueError, match="none of 3 fits"):
        walk_forward(observations, StatesSettings(min_train=60, refit_every=30))
    assert [set(latest(past)) for past in pasts] == [{59}, {89}, {119}]
