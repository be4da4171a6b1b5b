"""What the ceiling knows: the seen half exactly, or each half-year's shares."""

import numpy as np
import pandas as pd
import pytest

from models.evaluation.ceiling import CEILING
from models.scenarios import SCENARIOS, Window, label
from pipeline import params
from pipeline.params import Params
from pipeline.training.ceiling import ceilings
from tools.small_project import committed_params

SESSIONS = pd.bdate_range("2015-01-01", periods=900, name="session")
FIRST = SESSIONS[600]


@pytest.fixture
def settings() -> Params:
    document = committed_params()
    document["walk_forward"]["first_test"] = f"{FIRST:%Y-%m-%d}"
    return params.parse(document)


@pytest.fixture
def labels(settings: Params) -> pd.DataFrame:
    """Outcomes of a random walk: the seen half is all that can be known of the window."""
    walk = pd.Series(np.random.default_rng(3).standard_normal(len(SESSIONS)).cumsum(), SESSIONS)
    made = [_labels(walk, window) for window in settings.scenarios.window_list()]
    return pd.concat(made, ignore_index=True)


def _labels(walk: pd.Series, window: Window) -> pd.DataFrame:
    composite = walk.diff(window.length) / window.length**0.5
    return label(composite, window, tightening_above=0.5, reflation_below=-0.5)


@pytest.fixture
def told(settings: Params, labels: pd.DataFrame) -> pd.DataFrame:
    """The ceilings where nobody knew anything: every feature is missing."""
    read = {*settings.outlook.inputs["core"]["now"], *settings.outlook.inputs["core"]["default"]}
    wanted = [*read, "conditions_level", "dxy_realised_5", "composite_5"]
    features = pd.DataFrame(np.nan, SESSIONS, wanted)
    asked = pd.concat([pd.DataFrame({"session": SESSIONS[600:], "window": w}) for w in WINDOWS])
    return ceilings(settings, features, labels, asked)


WINDOWS = ("now", "week", "ahead", "month")


def test_the_window_in_progress_is_told_what_it_has_seen(told: pd.DataFrame, labels: pd.DataFrame):
    rows = told[told["window"] == "now"].merge(labels, on=["session", "window"])
    assert set(told["model"]) == {CEILING}
    assert rows["session"].min() == FIRST
    week = labels[labels["window"] == "week"].set_index("label_end")["composite"]
    seen = week.reindex(rows["session"]).to_numpy()
    tightening = rows["tightening_shock"].to_numpy()
    assert tightening[seen > 1.0].min() > tightening[seen < -1.0].max()
    happened = rows["scenario"].to_numpy()
    given = np.select([happened == name for name in SCENARIOS], [rows[n] for n in SCENARIOS])
    shares = rows["scenario"].value_counts(normalize=True)
    assert -np.log(given).mean() < -(shares * np.log(shares)).sum() - 0.1


def test_other_windows_are_told_each_half_years_shares(told: pd.DataFrame, labels: pd.DataFrame):
    rows = told[told["window"] == "ahead"].merge(labels, on=["session", "window"])
    halves = rows["session"].dt.year * 2 + (rows["session"].dt.month > 6)
    shares = (rows["scenario"] == "reflation").groupby(halves).transform("mean")
    np.testing.assert_allclose(rows["reflation"], shares, atol=0.01)
