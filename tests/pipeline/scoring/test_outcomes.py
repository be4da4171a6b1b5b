import numpy as np
import pandas as pd
import pytest

from pipeline.scoring.outcomes import OVERSOLD, outcome
from pipeline.settings.desk import OutcomeSettings

SESSIONS = pd.bdate_range("2024-01-01", periods=60, name="session")
SETTINGS = OutcomeSettings("ahead", "cross_asset_correlation_21")
DAY, END = SESSIONS[40], SESSIONS[50]


@pytest.fixture
def prices() -> pd.DataFrame:
    made = pd.DataFrame(100.0, index=SESSIONS, columns=list(OVERSOLD))
    made.loc[DAY:, "btc"] = 80.0
    made.loc[END:, "btc"] = 70.0
    made.loc[END:, "spy"] = 95.0
    return made


def held(scenario: str, prices: pd.DataFrame, correlation: pd.Series) -> dict | None:
    call = {
        "session": f"{DAY:%Y-%m-%d}",
        "scenario": scenario,
        "probabilities": {"ahead": {"base": 0.5, "tightening_shock": 0.3, "reflation": 0.2}},
    }
    labels = pd.DataFrame(
        {
            "session": [DAY],
            "window": ["ahead"],
            "scenario": ["tightening_shock"],
            "label_end": [END],
        }
    )
    return outcome(call, labels, prices, correlation, SETTINGS)


def falling() -> pd.Series:
    return pd.Series(np.linspace(1.0, 0.0, len(SESSIONS)), index=SESSIONS)


def test_after_a_tightening_call_crypto_should_do_worse(prices: pd.DataFrame) -> None:
    came = held("tightening_shock", prices, falling())
    assert came["hit"]
    assert came["probability"] == 0.3
    assert came["check"]["held"] is True
    assert came["check"]["numbers"] == pytest.approx({"btc": -0.125, "spy": -0.05})


def test_after_a_base_call_correlation_should_fall(prices: pd.DataFrame) -> None:
    assert held("base", prices, falling())["check"]["held"] is True
    assert held("base", prices, -falling())["check"]["held"] is False
    assert held("base", prices, falling() * np.nan)["check"]["held"] is None


def test_after_a_reflation_call_the_most_oversold_should_rebound_most(prices: pd.DataFrame) -> None:
    came = held("reflation", prices, falling())
    assert came["check"]["held"] is False
    assert "btc" in came["check"]["numbers"]
    prices.loc[END:, "btc"] = 120.0
    assert held("reflation", prices, falling())["check"]["held"] is True


def test_an_open_window_has_no_outcome(prices: pd.DataFrame) -> None:
    call = {"session": "2024-03-20", "scenario": "base", "probabilities": {}}
    labels = pd.DataFrame({"session": [DAY], "window": ["ahead"]})
    assert outcome(call, labels, prices, falling(), SETTINGS) is None
