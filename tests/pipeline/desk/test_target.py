"""The plain volatility target and its path."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.desk.target import banded, only_shrinking, plain_target, realised
from pipeline.settings.desk import TargetSettings

SETTINGS = TargetSettings(volatility=0.15, sessions=21, band=0.10)
SESSIONS = pd.bdate_range("2015-01-02", periods=1500, name="session")
_CALM = np.random.default_rng(3)
RETURNS = pd.Series(
    _CALM.normal(0.0003, np.repeat(_CALM.choice([0.005, 0.012, 0.03], 60), 25)), SESSIONS
)


def test_exposure_is_target_over_realised_and_never_leveraged() -> None:
    path = plain_target(RETURNS, SETTINGS, band=0.0)
    measured = realised(RETURNS, 21)
    assert path.index[0] == SESSIONS[20]
    assert path.max() == 1.0
    wild = path[path < 1.0]
    assert np.allclose(wild * measured[wild.index], 0.15)


def test_the_band_holds_what_is_near_and_follows_what_is_not() -> None:
    wanted = np.array([0.5, 0.59, 0.61, 0.55, 0.50])
    assert banded(wanted, 0.10).tolist() == [0.5, 0.5, 0.61, 0.61, 0.50]


@pytest.mark.parametrize("start", [100, 333, 700])
def test_a_path_that_starts_later_differs_by_the_band_until_both_move_and_never_again(
    start: int,
) -> None:
    whole = plain_target(RETURNS, SETTINGS, SETTINGS.band)
    late = plain_target(RETURNS.iloc[start:], SETTINGS, SETTINGS.band)
    gap = (whole - late).dropna().abs()
    assert gap.max() <= 2 * SETTINGS.band
    same = gap.index[gap == 0.0]
    assert len(same)
    assert (gap[same[0] :] == 0.0).all()


def test_the_path_is_known_each_evening() -> None:
    whole = plain_target(RETURNS, SETTINGS, SETTINGS.band)
    for last in (60, 400, 1200):
        until = plain_target(RETURNS.iloc[: last + 1], SETTINGS, SETTINGS.band)
        assert until.iloc[-1] == whole[SESSIONS[last]]


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40))
def test_nothing_is_added_while_stopped_and_the_path_is_followed_otherwise(
    given_: list[tuple[float, bool]],
) -> None:
    path, stopped = (np.array(each) for each in zip(*given_, strict=True))
    held = only_shrinking(path, stopped)
    assert (held[~stopped] == path[~stopped]).all()
    assert (np.diff(held)[stopped[1:]] <= 0).all()
    assert (held <= np.maximum(path, held)).all()
