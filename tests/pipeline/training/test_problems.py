"""What each window's models read, as params.yaml says it."""

import numpy as np
import pandas as pd
import pytest

from models.forecasting.problem import Problem
from pipeline import params
from pipeline.base.errors import ConfigurationError
from pipeline.training.problems import make_problem
from tools.small_project import committed_params

SESSIONS = pd.bdate_range("2020-01-01", periods=4, name="session")


def problems_of(inputs: dict[str, list[str]], wanted: object = "core") -> list[Problem]:
    """What every window asks, when the logit is the only model listed and ``core`` is this."""
    document = committed_params()
    document["outlook"] |= {"inputs": {"core": inputs}, "models": {"logit": {"inputs": wanted}}}
    document["outlook"]["pool"] = {name: ["logit"] for name in document["scenarios"]["windows"]}
    settings = params.parse(document)
    features = pd.DataFrame(np.nan, SESSIONS, ["a", "b", "state_0", "state_age"])
    columns = ["session", "window", "scenario", "composite", "label_end"]
    labels = pd.DataFrame(columns=columns)
    windows = settings.scenarios.window_list()
    return [make_problem(settings, window, features, labels) for window in windows]


def read_by(inputs: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    """Inputs of the logit by window."""
    return {each.window.name: each.specs[0].inputs for each in problems_of(inputs)}


def test_the_baseline_to_beat_runs_whether_it_is_listed_or_not() -> None:
    run = {e.window.name: [s.name for s in e.specs] for e in problems_of({"default": ["a"]})}
    assert run == {
        "now": ["logit", "seen_half"],
        "week": ["logit"],
        "ahead": ["logit", "vix"],
        "month": ["logit"],
    }


def test_a_window_without_a_list_of_its_own_reads_the_default() -> None:
    read = read_by({"default": ["a"], "now": ["b", "a"]})
    assert read == {"now": ("b", "a"), "week": ("a",), "ahead": ("a",), "month": ("a",)}


def test_a_model_may_read_several_lists_and_the_states() -> None:
    (now, *_others) = problems_of({"default": ["b", "a"]}, ["core", "states"])
    assert now.specs[0].inputs == ("b", "a", "state_0", "state_age")
    with pytest.raises(ConfigurationError, match=r"logit.inputs is 'sates', but.* states are"):
        problems_of({"default": ["a"]}, ["core", "sates"])


def test_a_list_of_no_window_and_a_window_of_no_list_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="has a list for aehad, which is no window"):
        read_by({"default": ["a"], "aehad": ["b"]})
    with pytest.raises(ConfigurationError, match=r"core\.default names nothing"):
        read_by({"now": ["a"]})
