"""The board: values against their own past, and nothing of what comes after."""

import numpy as np
import pandas as pd
import pytest

from features.registry import registered
from pipeline.board.rows import Row, rows
from pipeline.board.standing import Band, Direction, percentile
from pipeline.board.titles import TITLES

SESSIONS = pd.bdate_range("2018-01-02", periods=400, name="session")


def made(**columns: object) -> pd.DataFrame:
    return pd.DataFrame(columns, index=SESSIONS)


def a_panel(**columns: object) -> pd.DataFrame:
    return made(**{"vix": 20.0, "vix.age": 0.0, "us10y": 4.0, "us10y.age": 1.0, **columns})


def board(values: pd.DataFrame, panel: pd.DataFrame | None = None) -> dict[str, Row]:
    known = a_panel() if panel is None else panel
    read_by = {"log_vix": ["states"]}
    return {row.feature.name: row for row in rows(values, known, ("vix",), read_by)}


def test_every_signal_has_a_feature_and_a_title() -> None:
    named = {signal for feature in registered().values() for signal in feature.signals}
    assert {f"S{number:02}" for number in range(1, 30)} <= named
    assert named == TITLES.keys()


def test_a_value_stands_against_its_own_past_in_its_unit() -> None:
    row = board(made(log_vix=np.arange(400.0)))["log_vix"]
    assert (row.value, row.before, row.shown) == (399.0, 394.0, "+399.00")
    assert (row.percentile, row.history) == (1.0, 399)
    assert (row.direction, row.band, row.changed) == (Direction.RISING, Band.HIGH, False)
    assert (row.age_sessions, row.missing, row.read_by) == (0, "", ("states",))
    assert row.last_year == tuple(np.arange(148.0, 400.0))


@pytest.mark.parametrize("future", [-1e6, 1e6, np.nan])
def test_no_later_value_moves_what_is_said(future: float) -> None:
    random = np.random.default_rng(3).standard_normal(400)
    values, panel = made(log_vix=random, us10y_level=random), a_panel()
    then = SESSIONS[350]
    cut = board(values.loc[:then], panel.loc[:then])
    values.loc[values.index > then] = future
    scrambled = board(values.loc[:then], panel.loc[:then])
    assert cut == scrambled
    # Nor does a value that came after it count for the band of five sessions ago.
    assert percentile(random[:351], -6) == percentile(random[:346])


def test_equal_values_count_half_and_a_short_past_gives_no_percentile() -> None:
    assert percentile(np.array([1.0] * 150 + [2.0] * 150 + [2.0])) == 0.75
    assert percentile(np.arange(252.0)) is None
    assert percentile(np.arange(253.0)) == 1.0


def test_a_flag_is_on_or_off_and_a_change_of_band_is_told() -> None:
    flag = np.zeros(400)
    flag[-3:] = 1.0
    jump = np.random.default_rng(3).standard_normal(400)
    jump[-6], jump[-1] = 0.0, 10.0
    found = board(made(tech_lower_low_flag=flag, log_vix=jump))
    low = found["tech_lower_low_flag"]
    assert (low.band_before, low.band, low.changed, low.shown) == (Band.OFF, Band.ON, True, "yes")
    assert (found["log_vix"].band_before, found["log_vix"].band) == (Band.USUAL, Band.HIGH)


def test_a_missing_value_says_why() -> None:
    gone = np.full(400, np.nan)
    ended = np.where(np.arange(400) < 380, 20.0, np.nan)
    ages = np.where(np.arange(400) < 380, 0.0, np.nan)
    values = made(
        log_vix=gone, us10y_level=gone, move_over_vix=gone, spy_trend_5=gone, weekdays_to_cpi=gone
    )
    panel = a_panel(**{"vix": ended, "vix.age": ages, "spy": 1.0, "cpi.next": ended})
    found = board(values, panel)
    assert found["log_vix"].missing.startswith(f"vix ends on {SESSIONS[379]:%Y-%m-%d} (carried ")
    assert found["move_over_vix"].missing == "no data of move"
    assert found["spy_trend_5"].missing.startswith("too few sessions")
    assert found["weekdays_to_cpi"].missing == "cpi.next is not known on this session"
    assert found["us2y_level"].missing == "not computed yet: run `dvc repro`"
    assert (found["log_vix"].value, found["log_vix"].age_sessions) == (None, None)
