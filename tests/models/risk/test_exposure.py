"""Betas, the exposure that a limit allows, and the past by scenario."""

import numpy as np
import pandas as pd
import pytest

from models.risk.episodes import past_windows
from models.risk.exposure import exposure_within, measure

SESSIONS = pd.bdate_range("2020-01-01", periods=400)


def test_beta_is_measured_on_the_chosen_sessions_alone() -> None:
    random = np.random.default_rng(0)
    index = pd.Series(random.normal(size=400), SESSIONS)
    stressed = pd.Series(np.arange(400) >= 300, SESSIONS)
    book = index * np.where(stressed, 1.5, 0.5)
    assert measure(book, index, stressed).beta == pytest.approx(1.5)
    assert measure(book, index, ~stressed).beta == pytest.approx(0.5)
    assert measure(book, index, stressed).explained == pytest.approx(1.0)
    few = measure(book, index.where(index.index < SESSIONS[310]), stressed)
    assert np.isnan(few.beta)
    assert few.sessions == 10


def test_the_exposure_shrinks_the_shortfall_to_the_limit() -> None:
    assert exposure_within(0.10, -0.08) == 1.0
    assert exposure_within(0.10, 0.01) == 1.0
    assert exposure_within(0.10, -0.25) == pytest.approx(0.4)


def test_windows_that_overlap_are_one_episode() -> None:
    outcomes = pd.Series(np.linspace(-0.2, 0.19, 40), SESSIONS[:40])
    scenarios = pd.Series("base", SESSIONS[:40])
    scenarios.iloc[[0, 1, 2, 9, 25]] = "tightening_shock"
    past = past_windows(outcomes, scenarios, horizon=10)
    shock = past["tightening_shock"]
    assert (shock.sessions, shock.episodes) == (5, 2)
    assert shock.worst == pytest.approx(-0.2)
    assert shock.lost == pytest.approx(4 / 5)
    assert past["reflation"].episodes == 0
    assert np.isnan(past["reflation"].median)
